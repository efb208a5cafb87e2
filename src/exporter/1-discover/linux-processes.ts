import type { Host } from "../../model/host.ts";
import { listPids } from "./linux-births.ts";
import { isDead, parseProcStat, type ProcStat } from "../../model/proc-stat.ts";

export interface ProcessList {
  /** False when the folder could not be listed or holds no process: a wrong mount rather than a quiet machine. */
  readonly readable: boolean;
  readonly byPid: ReadonlyMap<number, ProcStat>;
}

/** Lists every process with one small read each. Processes that end meanwhile are left out. */
export function listProcesses(host: Host, procfs: string): ProcessList {
  const pids = listPids(host, procfs);
  const byPid = new Map<number, ProcStat>();
  for (const pid of pids) {
    const stat = host.files.readShort(`${procfs}/${pid}/stat`);
    const parsed = stat.kind === "read" ? parseProcStat(stat.text) : undefined;
    if (parsed !== undefined) byPid.set(parsed.pid, parsed);
  }
  return { readable: pids.length > 0, byPid };
}

/** Whether a process has a command line at all: kernel threads have none, and the dead have lost theirs. */
export function isAlive(stat: ProcStat): boolean {
  return !stat.kernelThread && !isDead(stat);
}

/** The kernel's own limit for one argument; what MLX programs are recognised by comes first. */
export const commandLineBytes = 128 * 1024;

/**
 * `python3\0-m\0mlx_lm.server\0`. Programs that rewrite their title pad it with NULs up to the length of the old
 * one, so empty elements at the end say nothing.
 */
export function parseCommandLine(bytes: Buffer): readonly string[] {
  const elements = bytes.toString("utf8").split("\0");
  return elements.slice(0, elements.findLastIndex((element) => element !== "") + 1);
}
