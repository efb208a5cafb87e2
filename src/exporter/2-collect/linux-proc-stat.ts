import type { Host, Roots } from "../../model/host.ts";
import { parseCount } from "./figures.ts";

/** The part of `/proc/PID/stat` that says who a process is and what CPU it used; times in clock ticks. */
export interface ProcStat {
  readonly state: string;
  readonly userTicks: number;
  readonly systemTicks: number;
  readonly threads: number;
  readonly startTicks: number;
  readonly majorFaults: number;
}

/** Reads `/proc/PID/stat`: undefined when the process is gone or a zombie, whose figures mean nothing any more. */
export function readProcStat(host: Host, roots: Roots, pid: number): ProcStat | undefined {
  const read = host.files.read(`${roots.procfs}/${pid}/stat`);
  const stat = read.kind === "read" ? parseProcStat(read.bytes.toString("latin1")) : undefined;
  return stat === undefined || stat.state === "Z" || stat.state === "X" ? undefined : stat;
}

/**
 * Parses `4242 (mlx_lm.server) S 1 4242 … `, proc_pid_stat(5). The name may hold spaces and parentheses, so fields
 * are counted from the last `)`.
 */
export function parseProcStat(text: string): ProcStat | undefined {
  const fields = text
    .slice(text.lastIndexOf(")") + 2)
    .trim()
    .split(" ");
  const state = fields[0];
  const majorFaults = parseCount(fields[9]);
  const userTicks = parseCount(fields[11]);
  const systemTicks = parseCount(fields[12]);
  const threads = parseCount(fields[17]);
  const startTicks = parseCount(fields[19]);
  if (
    state === undefined ||
    majorFaults === undefined ||
    userTicks === undefined ||
    systemTicks === undefined ||
    threads === undefined ||
    startTicks === undefined
  ) {
    return undefined;
  }
  return { state, userTicks, systemTicks, threads, startTicks, majorFaults };
}
