import { existsSync, mkdirSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { unavailable, type Available } from "./available.ts";
import { hierarchyHere, refused, removeCgroup } from "./cgroup.ts";

/** A real limit on tasks. */
export interface PidsCgroup {
  readonly folder: string;
  /** Its path as /proc/PID/cgroup shows it for a process in it. */
  readonly scope: string;
  remove(): Promise<void>;
}

/** Makes a cgroup that holds at most `max` tasks, where that is permitted. */
export function makePidsCgroup(
  name: string,
  max: number,
): Available<{ readonly cgroup: PidsCgroup }> {
  const hierarchy = hierarchyHere("pids");
  if (hierarchy === undefined)
    return unavailable("this machine mounts no cgroups that limit tasks");
  const { version, mountPoint, root } = hierarchy;
  const path = `${name}-${process.pid}`;
  const folder = join(mountPoint, path);
  try {
    if (version === 2) writeFileSync(join(mountPoint, "cgroup.subtree_control"), "+pids");
    mkdirSync(folder);
    writeFileSync(join(folder, "pids.max"), String(max));
  } catch (error) {
    if (existsSync(folder)) rmdirSync(folder);
    return refused(folder, error);
  }
  return {
    kind: "ready",
    cgroup: { folder, scope: join(root, path), remove: () => removeCgroup(folder) },
  };
}
