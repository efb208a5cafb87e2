import type { Host, Roots } from "../../model/host.ts";
import type { Reason } from "../../model/figure.ts";
import { reasonOf } from "./figures.ts";
import type { CgroupMemory } from "./linux-cgroup-memory.ts";
import {
  parseProcCgroup,
  placeOf,
  type CgroupPaths,
  type CgroupPlace,
} from "./linux-cgroup-paths.ts";

/** What a process is looked for under. */
export type Hierarchy = Parameters<typeof placeOf>[0];

/**
 * Where a process lives in each tree, or why nobody can tell: `hidden` where it lives in one that is not shown here.
 * Processes that live alike share one.
 */
export type Places = (hierarchy: Hierarchy) => CgroupPlace | Reason | "hidden";

export type FindPlace = (pid: number) => Places;

/** Finds processes in the cgroup trees; made anew for each pass. Most of them live in the same few cgroups. */
export function createPlaceFinder(host: Host, roots: Roots, memory: CgroupMemory): FindPlace {
  const mounts = memory.begin();
  const byPid = new Map<number, Places>();
  const byText = new Map<string, Places>();
  return (pid) => {
    const known = byPid.get(pid) ?? findOne(pid);
    byPid.set(pid, known);
    return known;
  };

  function findOne(pid: number): Places {
    const read = host.files.readKept(`${roots.procfs}/${pid}/cgroup`);
    if (read.kind !== "read") return () => reasonOf(read);
    const text = read.text;
    const places = byText.get(text) ?? placesIn(text);
    byText.set(text, places);
    return places;
  }

  function placesIn(text: string): Places {
    const paths = parseProcCgroup(text);
    const found = new Map<Hierarchy, ReturnType<Places>>();
    return (hierarchy) => {
      const known = found.get(hierarchy);
      if (known !== undefined) return known;
      const place = placeOf(hierarchy, paths, mounts, (mount) => memory.ownNames(mount));
      const answer = place ?? (isNowhere(hierarchy, paths) ? "unsupported" : "hidden");
      found.set(hierarchy, answer);
      return answer;
    };
  }

  /** Whether the machine has no such hierarchy: the kernel names none, or the top of version 2 does not offer it. */
  function isNowhere(hierarchy: Hierarchy, { v1, v2 }: CgroupPaths): boolean {
    if (v1.has(hierarchy)) return false;
    return v2 === undefined || mounts.some(({ version, whole }) => version === 2 && whole);
  }
}
