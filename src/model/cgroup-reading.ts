import type { Figure, Reason, Unavailable } from "./figure.ts";

/** One level of the cgroup tree for memory. */
export interface MemoryLevel {
  readonly scope: string;
  readonly usageBytes: Figure;
  /** Usage less the inactive file cache, which the kernel gives back: what a limit is compared with. */
  readonly workingSetBytes: Figure;
  readonly maxBytes: Figure;
  readonly highBytes: Figure;
  /** Swap alone. Version 1 limits memory and swap together, which says nothing of swap by itself. */
  readonly swapBytes: Figure;
  readonly swapMaxBytes: Figure;
}

/** Ever-growing counts of one cgroup level, by name; a count the kernel does not keep is absent. */
export type LevelEvents = Readonly<Partial<Record<LevelEvent, number>>>;

export type LevelEvent =
  | "high" // memory.high was exceeded and the level slowed down
  | "max" // memory.max was about to be exceeded and something had to give way
  | "oom" // memory.max was reached and nothing gave way
  | "swap_max" // a page was to be swapped out, and memory.swap.max forbade it
  | "swap_fail" // it could not be, for that reason or because the machine's swap was full
  | "threads_max" // a task was to be created, and pids.max forbade it
  | "periods" // scheduling periods under a quota
  | "throttled_periods" // of which the quota was used up early
  | "throttled_seconds"; // time that tasks had to wait for the next period

/** One level of the cgroup tree for CPU. `usageSeconds` only ever grows; the ledger makes a rate of it. */
export interface CpuLevel {
  readonly scope: string;
  readonly quotaCores: Figure;
  readonly usageSeconds: Figure;
}

/** One level of the cgroup tree for tasks. */
export interface PidsLevel {
  readonly scope: string;
  readonly max: Figure;
  readonly current: Figure;
}

/** One level of the cgroup tree for the choice of CPUs. */
export interface CpusetLevel {
  readonly scope: string;
  /** CPUs that its processes may run on: online ones, and none that a level above withholds. */
  readonly cpus: Figure;
}

/** One level of the cgroup tree for memory of devices (dmem): a region is one memory of one device. */
export interface DmemLevel {
  readonly scope: string;
  readonly regions: readonly {
    readonly region: string;
    readonly max: Figure;
    readonly current: Figure;
  }[];
}

/** Pressure of the innermost cgroup that keeps it. */
export interface CgroupPressure {
  readonly scope: string;
  readonly pressure: readonly Pressure[];
}

/** Every level that holds a process, innermost first. */
export interface CgroupReading {
  readonly memory: readonly MemoryLevel[];
  readonly cpu: readonly CpuLevel[];
  readonly pids: readonly PidsLevel[];
  readonly cpuset: readonly CpusetLevel[];
  /** Absent where the kernel has no such controller, or does not offer it here. */
  readonly dmem?: readonly DmemLevel[];
  /** Absent where nothing keeps it; `unavailable` says why. */
  readonly pressure?: CgroupPressure;
  /**
   * Why a controller has no levels, or not all: it is not mounted, the process is outside what we can see, or levels
   * above it are.
   */
  readonly missing: Readonly<Partial<Record<CgroupController, Reason>>>;
  /** Of these, the ones that have levels which are not shown here: a limit may stand there. */
  readonly hidden?: readonly CgroupController[];
  /** What else is absent, and why. */
  readonly unavailable: readonly Unavailable[];
  /** Files that count OOM kills of the process's memory cgroup and what holds it, innermost first. */
  readonly oomFiles: readonly string[];
}

export type CgroupController = "memory" | "cpu" | "pids";

/** Pressure stall information of one resource (kernel's accounting/psi.rst). */
export interface Pressure {
  readonly resource: string;
  /** `some`: at least one task waited; `full`: all of them did. */
  readonly kind: string;
  readonly seconds: number;
}
