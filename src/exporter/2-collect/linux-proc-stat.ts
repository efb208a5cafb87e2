import type { Host, Roots } from "../../model/host.ts";
import { isDead, parseProcStat, type ProcStat } from "../../model/proc-stat.ts";

/**
 * Reads `/proc/PID/stat` of one known process: undefined when it is dead, or when its pid belongs to another by now.
 */
export function readProcStat(
  host: Host,
  roots: Roots,
  process: { readonly pid: number; readonly startTicks: number },
): ProcStat | undefined {
  const read = host.files.readKept(`${roots.procfs}/${process.pid}/stat`);
  const stat = read.kind === "read" ? parseProcStat(read.text) : undefined;
  return stat === undefined || isDead(stat) || stat.startTicks !== process.startTicks
    ? undefined
    : stat;
}
