import type { Profile } from "../../model/profile.ts";
import { UserError } from "../../model/user-error.ts";

/** A profile and where it was read, for sentences only. */
export interface ProfileFile {
  readonly path: string;
  readonly profile: Profile;
}

/** Files → profiles. Two of one workload and class of hosts would record every constant twice, each with its own value. */
export function onePerWorkload(files: readonly ProfileFile[]): readonly Profile[] {
  const paths = new Map<string, string>();
  for (const { path, profile } of files) {
    const { workload, labels = {} } = profile;
    const known = JSON.stringify([workload, ...Object.entries(labels).sort()]);
    const other = paths.get(known);
    if (other !== undefined) throw new UserError("duplicate-workload", { path, other, workload });
    paths.set(known, path);
  }
  return files.map(({ profile }) => profile);
}
