import { parseCount } from "./figures.ts";

/** The part of `/proc/PID/status` we use, in bytes and counts; a field the kernel left out is absent. */
export interface ProcStatus {
  readonly residentBytes?: number;
  readonly residentPeakBytes?: number;
  readonly anonymousBytes?: number;
  readonly swapBytes?: number;
  readonly virtualBytes?: number;
  readonly dataBytes?: number;
  readonly lockedBytes?: number;
  /** CPUs the process may run on, counted from `Cpus_allowed_list: 0-3,8`. */
  readonly allowedCpus?: number;
  /** Whose the files are that it makes. */
  readonly fileUid?: number;
  /** Its pid in the innermost PID namespace that it is in: what it is called by itself. */
  readonly ownPid?: number;
}

const sizes = [
  ["VmRSS", "residentBytes"],
  ["VmHWM", "residentPeakBytes"],
  ["RssAnon", "anonymousBytes"],
  ["VmSwap", "swapBytes"],
  ["VmSize", "virtualBytes"],
  ["VmData", "dataBytes"],
  ["VmLck", "lockedBytes"],
] as const;

/**
 * Parses lines such as `VmRSS:\t   94528 kB`, proc_pid_status(5). The few lines that are wanted are looked up: cutting
 * all sixty apart costs more than the kernel takes to write them.
 */
export function parseProcStatus(text: string): ProcStatus {
  const status: { -readonly [K in keyof ProcStatus]: ProcStatus[K] } = {};
  for (const [key, field] of sizes) {
    const value = lineOf(text, key);
    const kibibytes = value?.endsWith(" kB") ? parseCount(value.slice(0, -3)) : undefined;
    if (kibibytes !== undefined) status[field] = kibibytes * 1024;
  }
  const cpus = countCpus(lineOf(text, "Cpus_allowed_list") ?? "");
  if (cpus !== undefined) status.allowedCpus = cpus;
  // Real, effective, saved, file system.
  const uid = parseCount(lineOf(text, "Uid")?.split(/\s+/)[3]);
  if (uid !== undefined) status.fileUid = uid;
  // Outermost first; kernels before 4.1 have no such line.
  const pid = parseCount(lineOf(text, "NSpid")?.split(/\s+/).at(-1));
  if (pid !== undefined) status.ownPid = pid;
  return status;
}

/** The text after `KEY:`, at the beginning of a line. */
function lineOf(text: string, key: string): string | undefined {
  const start = text.startsWith(`${key}:`) ? 0 : text.indexOf(`\n${key}:`) + 1;
  if (start === 0 && !text.startsWith(`${key}:`)) return undefined;
  const end = text.indexOf("\n", start);
  return text.slice(start + key.length + 1, end === -1 ? undefined : end).trim();
}

/** Counts the CPUs of a list such as `0-3,8`, cpuset(7) "List format"; undefined for anything else. */
export function countCpus(list: string): number | undefined {
  let count = 0;
  for (const range of list.split(",")) {
    const match = /^(\d{1,6})(?:-(\d{1,6}))?$/.exec(range.trim());
    if (match === null) return undefined;
    const first = Number(match[1]);
    const last = Number(match[2] ?? match[1]);
    if (last < first) return undefined;
    count += last - first + 1;
  }
  return count;
}
