import { dirname } from "node:path/posix";
import type { OomCounts } from "./oom-count.ts";

export interface Compared {
  readonly before?: OomCounts;
  readonly now: OomCounts;
}

/** Tells of how many kills a memory limit was the reason. */
export interface OomReasons {
  /** What files read in the look before, and now. One that is new, or whose cgroup is, has no `before`. */
  compare(files: ReadonlyMap<string, Compared>): void;
  /** Whether a limit was the reason of a kill that this file counted; each event `oom` is told of once. */
  take(file: string): boolean;
}

/**
 * In version 2 a cgroup's file counts the events `oom` of what is below it as well, also of what is gone. What it rose by,
 * less what files below it rose by, is its own, or that of a cgroup that is gone or holds nobody of ours.
 *
 * Files are not read in one instant: what one explains may be seen a look before or after, so a rise counts for two looks,
 * and may be owed as well. All that a new file has counted may be what those above it rose by: rather one too few.
 */
export function createOomReasons(): OomReasons {
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
        if (before?.ooms === undefined || now.ooms === undefined) continue;
        const below = childrenOf(file, [...rises.keys()]);
        const explained = below.reduce((sum, child) => sum + (rises.get(child) ?? 0), 0);
        latest.set(file, (rises.get(file) ?? 0) - explained);
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
