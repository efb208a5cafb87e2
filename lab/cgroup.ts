import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { unavailable, type Available, type Unavailable } from "./available.ts";

/** A real memory cgroup that the lab made. */
export interface Cgroup {
  readonly version: 1 | 2;
  /** Its folder in the file system. */
  readonly folder: string;
  /** Its path as /proc/PID/cgroup shows it for a process in it. */
  readonly scope: string;
  /** Makes a cgroup inside this one. */
  child(name: string, memoryLimitBytes?: number): Available<{ readonly cgroup: Cgroup }>;
  /** Moves a process in. */
  move(pid: number): void;
  /** Removes it, once its processes are gone; children must be removed first. */
  remove(): Promise<void>;
}

/** Where the kernel shows a hierarchy with some controller. */
export interface Hierarchy {
  readonly version: 1 | 2;
  readonly mountPoint: string;
  /** What part of the hierarchy is mounted there: `/`, or a container's own part. */
  readonly root: string;
}

/**
 * Makes a memory cgroup at the top of what is mounted, where that is permitted. Swap is closed as far as the kernel
 * lets us, so that a process above the limit is killed instead of becoming slow.
 */
export function makeCgroup(
  name: string,
  memoryLimitBytes?: number,
): Available<{ readonly cgroup: Cgroup }> {
  const hierarchy = hierarchyHere("memory");
  if (hierarchy === undefined)
    return unavailable("this machine mounts no cgroups that limit memory");
  return make(hierarchy, `${name}-${process.pid}`, memoryLimitBytes);
}

/** The hierarchy of this machine that holds a controller. */
export function hierarchyHere(controller: string): Hierarchy | undefined {
  return findHierarchy(controller, read("/proc/self/mountinfo"), controllersOf);
}

/** Version 1's hierarchy of a controller where it is mounted; else version 2 if it is among the controllers there. */
export function findHierarchy(
  controller: string,
  mountinfo: string,
  controllers: (mountPoint: string) => readonly string[],
): Hierarchy | undefined {
  const mounts = mountinfo.split("\n").flatMap((line) => parseMount(line) ?? []);
  const first = mounts.find((m) => m.type === "cgroup" && m.superOptions.includes(controller));
  if (first !== undefined) return { version: 1, mountPoint: first.mountPoint, root: first.root };
  const second = mounts.find(
    (m) => m.type === "cgroup2" && controllers(m.mountPoint).includes(controller),
  );
  return second && { version: 2, mountPoint: second.mountPoint, root: second.root };
}

/** `35 31 0:32 / /sys/fs/cgroup/memory rw,relatime shared:9 - cgroup cgroup rw,memory` (proc_pid_mountinfo(5)) */
function parseMount(line: string) {
  const [mount = "", source = ""] = line.split(" - ");
  const [, , , root, mountPoint] = mount.split(" ");
  const [type, , superOptions = ""] = source.split(" ");
  if (root === undefined || mountPoint === undefined || type === undefined) return undefined;
  return { root, mountPoint, type, superOptions: superOptions.split(",") };
}

function make(
  hierarchy: Hierarchy,
  path: string,
  memoryLimitBytes: number | undefined,
): Available<{ readonly cgroup: Cgroup }> {
  const { version, mountPoint, root } = hierarchy;
  const folder = join(mountPoint, path);
  try {
    // Version 2 gives a cgroup only the controllers that its parent hands down.
    if (version === 2) writeFileSync(join(folder, "..", "cgroup.subtree_control"), "+memory");
    mkdirSync(folder);
    if (memoryLimitBytes !== undefined) setLimit(folder, version, memoryLimitBytes);
  } catch (error) {
    if (existsSync(folder)) rmdirSync(folder);
    return refused(folder, error);
  }
  const cgroup: Cgroup = {
    version,
    folder,
    scope: join(root, path),
    child: (name, limit) => make(hierarchy, join(path, name), limit),
    move: (pid) => {
      writeFileSync(join(folder, "cgroup.procs"), String(pid));
    },
    remove: () => removeCgroup(folder),
  };
  return { kind: "ready", cgroup };
}

function setLimit(folder: string, version: 1 | 2, bytes: number): void {
  const [limit, swap] =
    version === 1
      ? ["memory.limit_in_bytes", "memory.memsw.limit_in_bytes"]
      : ["memory.max", "memory.swap.max"];
  writeFileSync(join(folder, limit), String(bytes));
  const swapFile = join(folder, swap);
  if (existsSync(swapFile)) writeFileSync(swapFile, version === 1 ? String(bytes) : "0");
}

/** Why a cgroup could not be made. */
export function refused(folder: string, error: unknown): Unavailable {
  const code = (error as NodeJS.ErrnoException).code ?? String(error);
  const reasons: Readonly<Record<string, string>> = {
    EACCES: "this user may not; run as root",
    EPERM: "this user may not; run as root",
    EROFS: "the cgroups are mounted read-only, as in most containers",
    EBUSY: "processes run directly in its parent",
  };
  return unavailable(`cgroup ${basename(folder)} could not be made (${reasons[code] ?? code})`);
}

/** Removes the folder of a cgroup, once the kernel has seen its last process off. */
export async function removeCgroup(folder: string): Promise<void> {
  for (let attempt = 0; existsSync(folder); attempt++) {
    try {
      rmdirSync(folder);
    } catch (error) {
      // A process that has just ended is still counted for a moment.
      if ((error as NodeJS.ErrnoException).code !== "EBUSY" || attempt >= 100) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

function controllersOf(mountPoint: string): readonly string[] {
  return read(join(mountPoint, "cgroup.controllers")).trim().split(" ");
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
