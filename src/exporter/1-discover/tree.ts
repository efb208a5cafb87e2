import type { Host, Roots } from "../../model/host.ts";
import { parseProcStat, type ProcStat } from "../../model/proc-stat.ts";

/** What `/proc/PID/stat` says of a process in one pass, read when first asked for. */
export type StatOf = (pid: number) => ProcStat | undefined;

/** For processes that are asked about in pass after pass: tracked ones and their ancestors. */
export function createTree(host: Host, roots: Roots): StatOf {
  const read = new Map<number, ProcStat | undefined>();
  return (pid) => {
    if (read.has(pid)) return read.get(pid);
    const file = host.files.readKept(`${roots.procfs}/${pid}/stat`);
    const stat = file.kind === "read" ? parseProcStat(file.text) : undefined;
    read.set(pid, stat);
    return stat;
  };
}
