import { valueOf, type Figure } from "../model/figure.ts";
import { flavors, kernelNumber, pidStructure, type CallDarwin } from "./darwin-calls.ts";
import { createRusageReader } from "./darwin-process.ts";
import { bsdInfoSize, readBsdInfo, secondsOf, taskAllInfoSize } from "./darwin-structs.ts";

/** What Node says of this process. */
export interface OwnFigures {
  readonly pid: number;
  readonly residentBytes: number;
  readonly cpuSeconds: number;
}

/** Less than between any two units that could be mistaken for each other: pages, KiB, ticks. */
const mostTimes = 16;

/**
 * Asks of this process what it knows already: a kernel with other layouts than ours would give numbers that look like
 * figures. Says what is wrong, or undefined.
 */
export function selfCheck(call: CallDarwin, own: OwnFigures): string | undefined {
  for (const [flavor, size, name] of [
    [flavors.bsdInfo, bsdInfoSize, "PROC_PIDTBSDINFO"],
    [flavors.taskAllInfo, taskAllInfoSize, "PROC_PIDTASKALLINFO"],
  ] as const) {
    const asked = pidStructure(call, own.pid, flavor, size);
    if (!("got" in asked)) return `${name} does not give ${size} bytes (${asked.refused})`;
    const pid = valueOf(readBsdInfo(asked.got).pid);
    if (pid !== own.pid) return `${name} says pid ${pid ?? "?"} of pid ${own.pid}`;
  }
  const rusage = createRusageReader(call)(own.pid);
  if (!("got" in rusage)) return `proc_pid_rusage gives nothing (${rusage.refused})`;
  const { residentBytes, footprintBytes, userTicks, systemTicks } = rusage.got;
  const ticks = (userTicks ?? 0n) + (systemTicks ?? 0n);
  return (
    farFrom("resident memory", residentBytes, own.residentBytes) ??
    farFrom("footprint", footprintBytes, own.residentBytes) ??
    farFrom("CPU time", secondsOf(ticks, kernelNumber(call, "hw.tbfrequency")), own.cpuSeconds)
  );
}

function farFrom(what: string, figure: Figure, own: number): string | undefined {
  const value = valueOf(figure);
  if (value !== undefined && value * mostTimes >= own && value <= own * mostTimes) return undefined;
  return `${what} is ${value ?? "unknown"}, and Node says ${own}`;
}
