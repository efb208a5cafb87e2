import type { Host, Roots } from "../../model/host.ts";
import type { Reason } from "../../model/reading.ts";
import { reasonOf } from "./figures.ts";
import type { CgroupMemory } from "./linux-cgroup-memory.ts";
import { readCgroupMounts } from "./linux-cgroup-mounts.ts";
import { parseProcCgroup, placeOf, type CgroupPlace } from "./linux-cgroup-paths.ts";

/** What a process is looked for under. */
export type Hierarchy = Parameters<typeof placeOf>[0];

/** Where one process lives in each tree, or why nobody can tell. */
export type FindPlace = (pid: number) => (hierarchy: Hierarchy) => CgroupPlace | Reason;

/** Finds processes in the cgroup trees; made anew for each pass, because trees are mounted and unmounted. */
export function createPlaceFinder(host: Host, roots: Roots, memory: CgroupMemory): FindPlace {
  const mounts = readCgroupMounts(host, roots);
  memory.begin(mounts);
  const found = new Map<number, ReturnType<FindPlace>>();
  return (pid) => {
    const finder = found.get(pid) ?? findOne(pid);
    found.set(pid, finder);
    return finder;
  };

  function findOne(pid: number): ReturnType<FindPlace> {
    const read = host.files.readKept(`${roots.procfs}/${pid}/cgroup`);
    if (read.kind !== "read") return () => reasonOf(read);
    const paths = parseProcCgroup(read.bytes.toString("utf8"));
    return (hierarchy) => {
      const place = placeOf(hierarchy, paths, mounts, (mount) => memory.ownNames(mount));
      // Not mounted, or outside what is mounted here: either way we cannot see such a limit, if there is one.
      return typeof place === "object" ? place : "unsupported";
    };
  }
}
