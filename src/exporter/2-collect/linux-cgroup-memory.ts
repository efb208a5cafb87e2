import type { Host, Roots } from "../../model/host.ts";
import { readCgroupMounts, type CgroupMount } from "./linux-cgroup-mounts.ts";
import { parseProcCgroup, positionOf } from "./linux-cgroup-paths.ts";

/** What is remembered of the cgroup trees from one pass to the next. */
export interface CgroupMemory {
  /** To be called at the beginning of a pass: the trees that are mounted. */
  begin(): readonly CgroupMount[];
  /** Names from a mount's root down to the root of our cgroup namespace: see {@link findOwnNames}. */
  ownNames(mount: CgroupMount): readonly string[] | undefined;
  /** Whether this folder was made since the first pass and is asked about for the first time. */
  isNew(folder: string): boolean;
}

/** Trees are hardly ever mounted or unmounted while a machine runs. */
const secondsBetweenMountTables = 60;

/** Walking a tree ends after so many cgroups: what is beyond is taken for old, and for not ours. */
const mostFolders = 10_000;

/**
 * The first pass lists every cgroup there is, so that one which is seen later can be told to be new: all that ever
 * happened in it happened while we watched. Nothing else tells the age of a cgroup; its folder's times do not.
 */
export function createCgroupMemory(host: Host, roots: Roots): CgroupMemory {
  let mounts: readonly CgroupMount[] = [];
  let mountsAt = -Infinity;
  let old: Set<string> | undefined;
  const asked = new Set<string>();
  const own = new Map<string, readonly string[] | undefined>();

  return {
    begin() {
      const now = host.clock.monotonicSeconds();
      if (now - mountsAt >= secondsBetweenMountTables) {
        mounts = readCgroupMounts(host, roots);
        mountsAt = now;
      }
      old ??= new Set(
        mounts.flatMap(({ folder }) =>
          [...foldersBelow(host, folder)].map((names) => [folder, ...names].join("/")),
        ),
      );
      // One that was removed may come back under the same name: then it is a new one.
      for (const folder of asked) {
        if (host.files.exists(folder)) continue;
        asked.delete(folder);
        old.delete(folder);
      }
      return mounts;
    },
    ownNames(mount) {
      if (!own.has(mount.folder)) own.set(mount.folder, findOwnNames(host, roots, mount));
      return own.get(mount.folder);
    },
    isNew(folder) {
      if (old === undefined || old.size >= mostFolders || old.has(folder)) {
        asked.add(folder);
        return false;
      }
      asked.add(folder);
      old.add(folder);
      return true;
    },
  };
}

/**
 * Finds our own place in a tree that is mounted from above our cgroup namespace: the kernel prints the way up as `..`,
 * and names nothing on the way. We are where our pid is, so the tree is walked down to our depth once. Undefined when
 * we are not to be found.
 */
export function findOwnNames(
  host: Host,
  roots: Roots,
  mount: CgroupMount,
): readonly string[] | undefined {
  const root = positionOf(mount.root);
  const read = host.files.read(`${roots.procfs}/self/cgroup`);
  if (root === undefined || read.kind !== "read") return undefined;
  const paths = parseProcCgroup(read.bytes.toString("utf8"));
  const controller = [...mount.controllers].find((name) => paths.v1.has(name)) ?? "";
  const path = mount.version === 1 ? paths.v1.get(controller) : paths.v2;
  const self = path === undefined ? undefined : positionOf(path);
  if (self === undefined) return undefined;

  for (const names of foldersBelow(host, mount.folder, root.ups)) {
    if (names.length !== root.ups) continue;
    const members = host.files.read(
      [mount.folder, ...names, ...self.names, "cgroup.procs"].join("/"),
    );
    if (members.kind === "read" && hasLine(members.bytes.toString("latin1"), String(host.pid)))
      return names;
  }
  return undefined;
}

/** Kernel files in a cgroup: `memory.max`, `cgroup.procs`, and three of version 1. They are no cgroups. */
const interfaceFile =
  /^((blkio|cgroup|cpu|cpuacct|cpuset|devices|dmem|freezer|hugetlb|io|irq|memory|misc|net_cls|net_prio|perf_event|pids|rdma)\.|(tasks|notify_on_release|release_agent)$)/;

/** The names that lead to each cgroup at and below a folder, at most `depth` down, parents first. */
function* foldersBelow(
  host: Host,
  folder: string,
  depth = Infinity,
): Generator<readonly string[], void> {
  const waiting: (readonly string[])[] = [[]];
  for (let found = 0; found < mostFolders;) {
    const names = waiting.shift();
    if (names === undefined) return;
    const listing = host.files.list([folder, ...names].join("/"));
    if (listing.kind !== "listed") continue;
    found += 1;
    yield names;
    if (names.length >= depth) continue;
    for (const name of listing.names) if (!interfaceFile.test(name)) waiting.push([...names, name]);
  }
}

function hasLine(text: string, line: string): boolean {
  return text.split("\n").includes(line);
}
