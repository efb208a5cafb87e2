import type { CgroupReading, Pressure } from "./cgroup-reading.ts";
import { missing, type Figure, type Reason } from "./figure.ts";

/** What one process uses, in base units. Every field is a figure or a reason. */
export interface ProcessUsage {
  readonly cpuUserSeconds: Figure;
  readonly cpuSystemSeconds: Figure;
  readonly residentBytes: Figure;
  readonly residentPeakBytes: Figure;
  readonly anonymousBytes: Figure;
  readonly swapBytes: Figure;
  readonly virtualBytes: Figure;
  readonly dataBytes: Figure;
  readonly lockedBytes: Figure;
  readonly threads: Figure;
  readonly openFds: Figure;
  readonly diskReadBytes: Figure;
  readonly diskWrittenBytes: Figure;
  readonly majorPageFaults: Figure;
  /** CPUs this process may run on: cpuset and affinity together. */
  readonly allowedCpus: Figure;
  /** What only macOS has; absent elsewhere. */
  readonly darwin?: DarwinUsage;
}

/** What macOS says of a process's memory. */
export interface DarwinUsage {
  /** phys_footprint: memory that counts against the machine, compressed and swapped-out and the GPU's included. */
  readonly footprintBytes: Figure;
  readonly footprintPeakBytes: Figure;
  /** When the footprint was read, Unix seconds, where it is older than this look. */
  readonly footprintTime?: number;
  /** Of the footprint, what is compressed or swapped out. */
  readonly compressedBytes: Figure;
}

/** Limits of one process, soft values: those are what the kernel enforces first. */
export interface Rlimits {
  readonly addressSpaceBytes: Figure;
  readonly dataBytes: Figure;
  readonly openFiles: Figure;
  readonly cpuSeconds: Figure;
  readonly lockedBytes: Figure;
  readonly processes: Figure;
}

/** One thread, and the CPU time it has used so far in clock ticks. */
export interface ThreadReading {
  readonly tid: number;
  /** Start after boot: with the tid, the identity of a thread. */
  readonly startTicks: number;
  /** What it is counted under: threads that do the same share it. */
  readonly name: string;
  readonly userTicks: number;
  readonly systemTicks: number;
}

/** Every thread of a process, or why none is known. */
export type ThreadsReading =
  { readonly threads: readonly ThreadReading[] } | { readonly missing: Reason };

/**
 * What MLX's allocator holds in one process. Nobody outside can read that: the process itself reports it, so that it is
 * as true as its last report and as honest as the process.
 */
export interface AllocatorReading {
  /** Buffers in use. */
  readonly activeBytes: Figure;
  /** Freed buffers that MLX keeps for reuse; still memory of the process. */
  readonly cacheBytes: Figure;
  /** The most that was ever in use, cache aside, since the start or a reset by the program. */
  readonly peakBytes: Figure;
  /** When the report was written, Unix seconds; known also when the report is too old for its figures to be. */
  readonly reportTime: Figure;
  /** MLX's own limit where it was set; MLX does not tell its default. */
  readonly memoryLimitBytes: Figure;
  /** What Metal recommends that all its users together keep resident at most; absent without Metal. */
  readonly workingSetBytes?: number;
  readonly mlxVersion?: string;
  readonly backend?: "cpu" | "cuda" | "metal";
  /** What is wrong with the report, for a person; then no figure is known. */
  readonly refused?: string;
}

/** What one process has on one GPU, or on one MIG instance of it, and what there is to have. */
export interface GpuUse {
  /** UUID of the GPU, or of the instance. */
  readonly gpu: string;
  readonly part: "device" | "mig" | "metal";
  readonly memoryBytes: Figure;
  /** GPU time that the process has used since it started; absent where the driver keeps none. */
  readonly seconds?: Figure;
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

/** Everything read of one process in one pass. */
export interface ProcessReading {
  readonly usage: ProcessUsage;
  readonly rlimits: Rlimits;
  readonly cgroup: CgroupReading;
  readonly allocator: AllocatorReading;
  /** Absent when nobody asked. */
  readonly threads?: ThreadsReading;
  /** Established TCP connections; absent for a process that does not serve, or when nobody asked. */
  readonly connections?: Figure;
  /** Absent when nobody asked, or the machine has no GPU that could be asked. */
  readonly gpu?: GpuReading;
}

export interface HostReading {
  readonly memoryTotalBytes: Figure;
  readonly memoryAvailableBytes: Figure;
  readonly swapTotalBytes: Figure;
  readonly swapUsedBytes: Figure;
  readonly cpuCores: Figure;
  /** CPU seconds since boot by mode: user, nice, system, idle, iowait, irq, softirq, steal. */
  readonly cpuSeconds: ReadonlyMap<string, number>;
  readonly tasks: Figure;
  readonly tasksMax: Figure;
  readonly oomKills: Figure;
  readonly bootTime: Figure;
  /** Time that tasks lost for want of a resource since boot: `memory some`, `memory full`, `cpu some` … */
  readonly pressure: readonly Pressure[];
  /** Absent when nobody asked, or the machine has no GPU that could be asked. */
  readonly gpus?: readonly HostGpu[];
  /** What only macOS has; absent elsewhere. */
  readonly darwin?: DarwinHost;
}

/** What macOS says of its memory. */
export interface DarwinHost {
  /** Wired memory, the GPU's included: it is neither compressed nor swapped. */
  readonly wiredBytes: Figure;
  /** `iogpu.wired_limit_mb` as it was set; `unlimited` where it is 0, which means a default that the kernel does not tell. */
  readonly wiredLimitBytes: Figure;
  /** What Metal recommends at most, as a process under the reporter says. */
  readonly workingSetBytes: Figure;
  /** Graphics memory of all MLX processes together. */
  readonly mlxGraphicsBytes: Figure;
  /** Wired memory that is in the name of no MLX process. */
  readonly wiredUnattributedBytes: Figure;
  /** 1 normal, 2 warning, 4 critical. */
  readonly pressureLevel: Figure;
  /** Memory that the compressor occupies. */
  readonly compressorBytes: Figure;
}

/** The reading of a process without a report that can be believed. */
export function noReport(reason: Reason, refused?: string): AllocatorReading {
  const absent = missing(reason);
  return {
    activeBytes: absent,
    cacheBytes: absent,
    peakBytes: absent,
    reportTime: absent,
    memoryLimitBytes: absent,
    ...(refused !== undefined && { refused }),
  };
}
