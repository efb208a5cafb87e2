import type { Figure, Reason } from "./reading.ts";

/** What one process has on one GPU, or on one MIG instance of it, and what there is to have. */
export interface GpuUse {
  /** UUID of the GPU, or of the instance. */
  readonly gpu: string;
  readonly part: "device" | "mig";
  readonly memoryBytes: Figure;
  /** Share of the time since the sample before in which kernels of the process ran, 0 to 1. */
  readonly utilizationRatio: Figure;
  /** Of the GPU or the instance, whoever uses it. */
  readonly totalBytes: Figure;
  readonly usedBytes: Figure;
}

/** Everything that a process has on GPUs. */
export interface GpuReading {
  /** One for each GPU or instance on which it runs; none for a process that uses none. */
  readonly uses: readonly GpuUse[];
  /** Why there may be more, or nothing is known. */
  readonly missing?: Reason;
}

/** One GPU of the machine. */
export interface HostGpu {
  readonly uuid: string;
  readonly name: string;
  readonly memoryTotalBytes: Figure;
  readonly memoryUsedBytes: Figure;
  /** Used, less what the driver keeps and what its processes are known to hold. */
  readonly memoryUnattributedBytes: Figure;
  readonly utilizationRatio: Figure;
  /** MIG instances that it is cut into. */
  readonly instances: readonly { readonly uuid: string; readonly name: string }[];
}

/** Bytes of a process on all GPUs together. */
export function gpuMemory(reading: GpuReading): Figure {
  if (reading.missing !== undefined) return { missing: reading.missing };
  let total = 0;
  for (const { memoryBytes } of reading.uses) {
    if (!("value" in memoryBytes)) return memoryBytes;
    total += memoryBytes.value;
  }
  return { value: total };
}
