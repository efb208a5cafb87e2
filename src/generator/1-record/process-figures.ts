import { gpuMemory } from "../../model/gpu-memory.ts";
import { memoryUsed, memoryUsedPeak } from "../../model/memory-used.ts";
import { missing, type Figure } from "../../model/figure.ts";
import type { ProcessReading } from "../../model/reading.ts";
import type { RecordedProcess } from "../../model/recording.ts";

export type RecordedFigure = Exclude<keyof RecordedProcess, "pid" | "startTime" | "role">;

/** Where each recorded figure of a process stands in its reading: whatever a limit would be compared with. */
export const processFigures: Readonly<Record<RecordedFigure, (reading: ProcessReading) => Figure>> =
  {
    memoryUsedBytes: ({ usage }) => memoryUsed(usage),
    memoryPeakBytes: ({ usage }) => memoryUsedPeak(usage),
    residentBytes: ({ usage }) => usage.residentBytes,
    anonymousBytes: ({ usage }) => usage.anonymousBytes,
    swapBytes: ({ usage }) => usage.swapBytes,
    virtualBytes: ({ usage }) => usage.virtualBytes,
    lockedBytes: ({ usage }) => usage.lockedBytes,
    gpuMemoryBytes: ({ gpu }) => (gpu === undefined ? missing("unsupported") : gpuMemory(gpu)),
    allocatorActiveBytes: ({ allocator }) => allocator.activeBytes,
    allocatorCacheBytes: ({ allocator }) => allocator.cacheBytes,
    allocatorPeakBytes: ({ allocator }) => allocator.peakBytes,
    cpuSeconds: ({ usage }) => sum(usage.cpuUserSeconds, usage.cpuSystemSeconds),
    openFds: ({ usage }) => usage.openFds,
    threads: ({ usage }) => usage.threads,
  };

export const recordedFigures = Object.keys(processFigures) as readonly RecordedFigure[];

/** Seconds, to the microsecond: the kernel counts in hundredths. */
function sum(one: Figure, other: Figure): Figure {
  if (!("value" in one)) return one;
  if (!("value" in other)) return other;
  return { value: Math.round((one.value + other.value) * 1e6) / 1e6 };
}
