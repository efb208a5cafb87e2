import type { Host } from "../../model/host.ts";

/** What one file of the kernel counts, so far. */
export interface OomCounts {
  /** Processes killed for lack of memory. */
  readonly kills: number;
  /** How often a memory limit at this cgroup or below it was reached and nothing gave way; only version 2 counts that. */
  readonly ooms?: number;
  /** Tells the file from a later one of the same name. */
  readonly id?: number;
}

/**
 * Reads memory.events, memory.oom_control or /proc/vmstat. Undefined when the file is gone (a cgroup is removed with its
 * last process) or does not count kills.
 */
export function readOomCounts(host: Host, path: string): OomCounts | undefined {
  const read = host.files.readKept(path);
  if (read.kind !== "read") return undefined;
  const counts = parseOomCounts(read.text);
  if (counts === undefined) return undefined;
  const id = host.files.inode(path);
  return { ...counts, ...(id !== undefined && { id }) };
}

/** Finds the lines `oom_kill 4` and `oom 1`; `oom_kill_disable 0` is another key. */
export function parseOomCounts(text: string): OomCounts | undefined {
  const kills = countOf("oom_kill", text);
  const ooms = countOf("oom", text);
  return kills === undefined ? undefined : { kills, ...(ooms !== undefined && { ooms }) };
}

function countOf(key: string, text: string): number | undefined {
  const digits = new RegExp(`^${key} (\\d{1,20})$`, "m").exec(text)?.[1];
  return digits === undefined ? undefined : Number(digits);
}
