import type { Profile } from "../../model/profile.ts";
import { UserError } from "../../model/user-error.ts";

/** A profile and where it was read, for sentences only. */
export interface ProfileFile {
  readonly path: string;
  readonly profile: Profile;
}

/**
 * Files → profiles, by workload: neither the order of the files nor their names show in what is made. Two of one workload
 * and class of hosts would record every constant twice, each with its own value.
 */
export function onePerWorkload(files: readonly ProfileFile[]): readonly Profile[] {
  const paths = new Map<string, string>();
  for (const { path, profile } of sorted(files, (file) => file.path)) {
    const known = identity(profile);
    const { workload } = profile;
    const other = paths.get(known);
    if (other !== undefined) throw new UserError("duplicate-workload", { path, other, workload });
    paths.set(known, path);
  }
  return sorted(
    files.map(({ profile }) => profile),
    identity,
  );
}

function identity({ workload, labels = {} }: Profile): string {
  return JSON.stringify([workload, ...Object.entries(labels).sort()]);
}

/** By code units, which no language of the user changes. */
function sorted<T>(items: readonly T[], key: (item: T) => string): readonly T[] {
  return [...items].sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}
