import { dirname } from "node:path/posix";
import type { OomCounts } from "./oom-count.ts";

export interface Compared {
  readonly before?: OomCounts;
  readonly now: OomCounts;
}

/** Tells of events `oom` in cgroups that were removed before anybody read their counts. */
export interface UnseenOoms {
  /** What files read in the look before, and now. One that is new, or whose cgroup is, has no `before`. */
  compare(files: ReadonlyMap<string, Compared>): void;
  /** Whether one happened below the cgroup of this file; each is told of once. */
  take(file: string): boolean;
}

/**
 * A cgroup that is removed takes its counts along, but in version 2 those above it have counted the same. What such a
 * count rose by, less its own events and what counts below it explain, happened where nothing is read: in a cgroup that is
 * gone, or in one that holds nobody of ours. So whoever takes one must know of a process that was killed there.
 *
 * Files are not read in one instant: what one explains may be seen a look before or after, so a rise counts for two looks,
 * and may be owed as well. All that a new file has counted may be what those above it rose by: rather one too few.
 */
export function createUnseenOoms(): UnseenOoms {
  let earlier = new Map<string, number>();
  let latest = new Map<string, number>();

  return {
    compare(files) {
      earlier = latest;
      latest = new Map();
      const rises = new Map<string, number>();
      for (const [file, { before, now }] of files) {
        const rise = (now.ooms ?? 0) - (before?.ooms ?? 0);
        if (rise !== 0) rises.set(file, rise);
      }
      if (rises.size === 0) return;
      for (const [file, { before, now }] of files) {
        // An old kernel does not tell a cgroup's own events from those below it.
        if (before?.own === undefined || now.own === undefined) continue;
        const below = childrenOf(file, [...rises.keys()]);
        const explained = below.reduce((sum, child) => sum + (rises.get(child) ?? 0), 0);
        latest.set(file, (rises.get(file) ?? 0) - (now.own - before.own) - explained);
      }
    },
    take(file) {
      const here = latest.get(file) ?? 0;
      if (here + (earlier.get(file) ?? 0) <= 0) return false;
      latest.set(file, here - 1);
      return true;
    },
  };
}

/** Of these files those of the cgroups below, without any that are below one of them again. */
function childrenOf(file: string, files: readonly string[]): readonly string[] {
  const isBelow = (one: string, above: string) =>
    one !== above && one.startsWith(`${dirname(above)}/`);
  const below = files.filter((one) => isBelow(one, file));
  return below.filter((one) => !below.some((between) => isBelow(one, between)));
}
