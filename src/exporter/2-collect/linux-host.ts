import type { Host, Roots } from "../../model/host.ts";
import { known, missing, type Figure } from "../../model/figure.ts";
import { pidNamespaceOf } from "../../model/pid-namespace.ts";
import type { HostReading } from "../../model/reading.ts";
import { figure, figureOf, parseCount, parseKeyed, parseKeyedColon, reasonOf } from "./figures.ts";

/** Reads what the whole machine has and uses, but for its pressure. */
export function collectLinuxHost(host: Host, roots: Roots): Omit<HostReading, "pressure"> {
  const read = (name: string) => host.files.readKept(`${roots.procfs}/${name}`);
  const memoryRead = read("meminfo");
  const memory = memoryRead.kind === "read" ? parseKeyedColon(memoryRead.text) : undefined;
  const ofMemory = (value: number | undefined) =>
    memoryRead.kind === "read" ? figure(value) : missing(reasonOf(memoryRead));

  const statRead = read("stat");
  const stat = statRead.kind === "read" ? parseHostStat(statRead.text) : undefined;
  const ofStat = (value: number | undefined): Figure =>
    statRead.kind === "read" ? figure(value) : missing(reasonOf(statRead));

  const swapTotal = memory?.get("SwapTotal");
  const swapFree = memory?.get("SwapFree");
  return {
    memoryTotalBytes: ofMemory(memory?.get("MemTotal")),
    memoryAvailableBytes: ofMemory(memory?.get("MemAvailable")),
    swapTotalBytes: ofMemory(swapTotal),
    swapUsedBytes: ofMemory(
      swapTotal === undefined || swapFree === undefined
        ? undefined
        : Math.max(0, swapTotal - swapFree),
    ),
    cpuCores: ofStat(stat?.cpus),
    cpuSeconds: new Map(
      [...(stat?.ticks ?? [])].map(([mode, ticks]) => [mode, ticks / host.ticksPerSecond]),
    ),
    tasks: figureOf(read("loadavg"), parseTasks),
    tasksMax: tasksMax(
      figureOf(read("sys/kernel/threads-max"), (text) => parseCount(text.trim())),
      figureOf(read("sys/kernel/pid_max"), (text) => parseCount(text.trim())),
      () => pidNamespaceOf(host.files.link(`${roots.procfs}/self/ns/pid`)) !== "other",
    ),
    oomKills: figureOf(read("vmstat"), (text) => parseKeyed(text).get("oom_kill")),
    bootTime: ofStat(stat?.bootTime),
  };
}

/** What a PID namespace has for `kernel.pid_max` when nobody set it, and the most there can be. */
const widestPidMax = 2 ** 22;

/**
 * Every task needs a number: there are never more than `kernel.pid_max`, whatever threads-max allows. Since Linux 6.14
 * each PID namespace has its own, whichever procfs is read: the widest, read in another than the machine's, may be that
 * and say nothing of the machine.
 */
function tasksMax(threadsMax: Figure, pidMax: Figure, areMachinesPids: () => boolean): Figure {
  if (!("value" in pidMax)) return threadsMax;
  if (pidMax.value === widestPidMax && !areMachinesPids()) return missing("unsupported");
  return "value" in threadsMax ? known(Math.min(threadsMax.value, pidMax.value)) : pidMax;
}

const modes = ["user", "nice", "system", "idle", "iowait", "irq", "softirq", "steal"] as const;

/**
 * Parses `/proc/stat`: `cpu  4705 356 584 3699 …` in clock ticks, one `cpuN` line per online CPU, and `btime` in
 * Unix seconds, proc_stat(5). The guest columns are left out: they are counted in user and nice already.
 */
export function parseHostStat(text: string): {
  readonly ticks: ReadonlyMap<string, number>;
  readonly cpus?: number;
  readonly bootTime?: number;
} {
  const ticks = new Map<string, number>();
  let cpus = 0;
  let bootTime: number | undefined;
  for (const line of text.split("\n")) {
    const [key, ...values] = line.trim().split(/\s+/);
    if (key === "cpu") {
      for (const [index, mode] of modes.entries()) {
        const value = parseCount(values[index]);
        if (value !== undefined) ticks.set(mode, value);
      }
    } else if (key !== undefined && /^cpu\d+$/.test(key)) cpus += 1;
    else if (key === "btime") bootTime = parseCount(values[0]);
  }
  return { ticks, ...(cpus > 0 && { cpus }), ...(bootTime !== undefined && { bootTime }) };
}

/** Tasks of the host: the number after the slash in `0.20 0.18 0.12 1/80 11206`, proc_loadavg(5). */
export function parseTasks(text: string): number | undefined {
  return parseCount(/ \d+\/(\d+) /.exec(text)?.[1]);
}
