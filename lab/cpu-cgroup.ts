import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { unavailable, type Available } from "./available.ts";
import { removeCgroup } from "./cgroup.ts";

/** A real CPU quota, in version 1's own hierarchies: the memory cgroup of cgroup.ts cannot carry one there. */
export interface CpuCgroup {
  /** Folders a process enters: the one that limits, and the one that counts. */
  readonly folders: readonly string[];
  /** Its path as /proc/PID/cgroup shows it for a process in it. */
  readonly scope: string;
  remove(): Promise<void>;
}

const periodMicroseconds = 100_000;

/** Makes a cgroup whose processes may use `cores` of CPU together, where that is permitted. */
export async function makeCpuCgroup(
  name: string,
  cores: number,
): Promise<Available<{ readonly cgroup: CpuCgroup }>> {
  const mounts = ["cpu", "cpuacct"].flatMap((controller) => mountOf(controller) ?? []);
  if (mounts.length < 2) return unavailable("this machine mounts no version 1 CPU cgroups");
  const made: string[] = [];
  const remove = async () => {
    for (const folder of made.splice(0)) await removeCgroup(folder);
  };
  try {
    for (const mount of mounts) {
      const folder = join(mount, `${name}-${process.pid}`);
      if (existsSync(folder)) continue; // cpu and cpuacct are one hierarchy on most machines
      mkdirSync(folder);
      made.push(folder);
    }
    const [limiting = ""] = made;
    writeFileSync(join(limiting, "cpu.cfs_period_us"), String(periodMicroseconds));
    writeFileSync(join(limiting, "cpu.cfs_quota_us"), String(cores * periodMicroseconds));
  } catch (error) {
    await remove();
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    return unavailable(`a CPU cgroup could not be made (${code})`);
  }
  const cgroup = { folders: [...made], scope: `/${name}-${process.pid}`, remove };
  return { kind: "ready", cgroup };
}

/** `32 31 0:29 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu` (proc_pid_mountinfo(5)) */
function mountOf(controller: string): string | undefined {
  for (const line of readFileSync("/proc/self/mountinfo", "utf8").split("\n")) {
    const [left = "", right = ""] = line.split(" - ");
    const [type, , options = ""] = right.split(" ");
    if (type === "cgroup" && options.split(",").includes(controller)) return left.split(" ")[4];
  }
  return undefined;
}
