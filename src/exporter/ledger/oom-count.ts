import type { Host } from "../../model/host.ts";

/**
 * Reads the `oom_kill` counter of memory.events, memory.oom_control or /proc/vmstat: processes killed so far for lack
 * of memory. Undefined when the file is gone (a cgroup is removed with its last process) or has no such counter.
 */
export function readOomKills(host: Host, path: string): number | undefined {
  const read = host.files.readKept(path);
  return read.kind === "read" ? parseOomKills(read.text) : undefined;
}

/** Finds the line `oom_kill 4`; `oom_kill_disable 0` is another key. */
export function parseOomKills(text: string): number | undefined {
  const digits = /^oom_kill (\d{1,20})$/m.exec(text)?.[1];
  return digits === undefined ? undefined : Number(digits);
}
