import { known, missing, type Figure } from "../../model/figure.ts";
import type { AllocatorReading, DarwinHost, HostReading } from "../../model/reading.ts";
import { figureIn, firstKnown } from "./darwin-figures.ts";
import { darwinHostGpus } from "./darwin-gpu.ts";
import type { DarwinTable } from "./darwin-watch.ts";

type CpuTimes = readonly ReadonlyMap<string, number>[];

/** Makes the host's reading of what its commands told. `mlxGraphicsBytes` and reports are of the MLX processes on it. */
export function darwinHost(
  table: DarwinTable,
  cpuTimes: CpuTimes,
  ofProcesses: {
    readonly mlxGraphicsBytes: Figure;
    readonly reports: readonly AllocatorReading[];
  },
): HostReading {
  const { sysctl, vmStat } = table;
  const memoryTotalBytes = figureIn(sysctl, ({ memoryBytes }) => memoryBytes);
  const gpus = darwinHostGpus(table);
  return {
    memoryTotalBytes,
    memoryAvailableBytes: less(
      memoryTotalBytes,
      figureIn(vmStat, ({ usedBytes }) => usedBytes),
    ),
    swapTotalBytes: figureIn(sysctl, ({ swapTotalBytes }) => swapTotalBytes),
    swapUsedBytes: figureIn(sysctl, ({ swapUsedBytes }) => swapUsedBytes),
    cpuCores: firstKnown(
      figureIn(sysctl, ({ cpus }) => cpus),
      cpuTimes.length > 0 ? known(cpuTimes.length) : missing("unsupported"),
    ),
    cpuSeconds: sumByMode(cpuTimes),
    tasks: missing("unsupported"),
    tasksMax: missing("unsupported"),
    oomKills: missing("unsupported"),
    bootTime: figureIn(sysctl, ({ bootTime }) => bootTime),
    pressure: [],
    ...(gpus !== undefined && { gpus }),
    darwin: darwinMemory(table, ofProcesses),
  };
}

function darwinMemory(
  { sysctl, vmStat }: DarwinTable,
  {
    mlxGraphicsBytes,
    reports,
  }: { readonly mlxGraphicsBytes: Figure; readonly reports: readonly AllocatorReading[] },
): DarwinHost {
  const wiredBytes = figureIn(vmStat, ({ wiredBytes }) => wiredBytes);
  return {
    wiredBytes,
    wiredLimitBytes: "value" in sysctl ? sysctl.value.wiredLimitBytes : missing(sysctl.missing),
    workingSetBytes: leastClaim(reports),
    mlxGraphicsBytes,
    // Of two moments, and what MLX holds need not all be wired: never below 0.
    wiredUnattributedBytes: less(wiredBytes, mlxGraphicsBytes),
    pressureLevel: figureIn(sysctl, ({ pressureLevel }) => pressureLevel),
    compressorBytes: figureIn(vmStat, ({ compressorBytes }) => compressorBytes),
  };
}

/** Metal tells every process the same; a process that claims more than others gains nothing. */
function leastClaim(reports: readonly AllocatorReading[]): Figure {
  const claims = reports.flatMap(({ workingSetBytes }) => workingSetBytes ?? []);
  return claims.length === 0 ? missing("not_measured") : known(Math.min(...claims));
}

function less(whole: Figure, part: Figure): Figure {
  if (!("value" in whole)) return whole;
  return "value" in part ? known(Math.max(0, whole.value - part.value)) : part;
}

function sumByMode(cpuTimes: CpuTimes): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const times of cpuTimes)
    for (const [mode, seconds] of times) sums.set(mode, (sums.get(mode) ?? 0) + seconds);
  return sums;
}
