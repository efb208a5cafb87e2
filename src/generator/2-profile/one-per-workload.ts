import type { Profile } from "../../model/profile.ts";
import { UserError } from "../../model/user-error.ts";

/** A profile and where it was read, for sentences only. */
export interface ProfileFile {
  readonly path: string;
  readonly profile: Profile;
}

/** Files → profiles. Two of one workload would record every constant twice, each with its own value. */
export function onePerWorkload(files: readonly ProfileFile[]): readonly Profile[] {
  const paths = new Map<string, string>();
  for (const { path, profile } of files) {
    const { workload } = profile;
    const other = paths.get(workload);
    if (other !== undefined) throw new UserError("duplicate-workload", { path, other, workload });
    paths.set(workload, path);
  }
  return files.map(({ profile }) => profile);
}
