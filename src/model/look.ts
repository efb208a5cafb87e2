import type { MemoryAround } from "./incident.ts";
import type { Resource } from "./limit.ts";
import type { MlxProcess } from "./process.ts";
import type { CgroupPressure, LevelEvent, LevelEvents } from "./cgroup-reading.ts";
import type { Figure } from "./figure.ts";

/** One cgroup level, whom it holds, and what has happened there so far. */
export interface LookedLevel {
  readonly resource: Extract<Resource, "memory" | "swap" | "cpu" | "threads">;
  readonly scope: string;
  readonly workloads: readonly string[];
  /** The level was made since the exporter's first look, and this look is the first to see it. */
  readonly fresh: boolean;
  /** What is counted at such a level, so that it is 0 before it happens; `events` may hold more. */
  readonly counts: readonly LevelEvent[];
  readonly events: LevelEvents;
  /** Read only when something happened since the look before, else `not_measured`. */
  readonly limit: Figure;
  readonly usage: Figure;
}

/** The pressure of one cgroup, and whom it holds. */
export interface LookedPressure extends CgroupPressure {
  readonly workloads: readonly string[];
}

/** What one look at the tracked processes saw, for the ledger: scrapes and the light looks between them alike. */
export interface Look {
  /** Tracked processes that are alive. */
  readonly processes: readonly {
    readonly process: MlxProcess;
    readonly cpuSeconds: Figure;
    /** Monotonic seconds at which those were true, where that is earlier than now. */
    readonly at?: number;
    /** GPU time that the process has used since it started, where its driver keeps that. */
    readonly gpuSeconds?: Figure;
    /** Absent when this look did not ask, or the process does not report. */
    readonly mlxVersion?: string;
    /** Files that count OOM kills around it, innermost first; empty when this look did not ask again. */
    readonly oomFiles: readonly string[];
    /** Absent when this look did not ask, or nothing is known of any limit. */
    readonly memory?: MemoryAround;
  }[];
  /** Cgroup levels around them, each once; absent when this look did not ask. */
  readonly levels?: readonly LookedLevel[];
  /** Pressure of the innermost cgroups that hold them, each once; absent when this look did not ask. */
  readonly pressures?: readonly LookedPressure[];
  /**
   * Ids of containers in which a process was killed for lack of memory since the look before, as their engine says, once
   * for each kill that it tells of. Absent where no engine is listened to.
   */
  readonly oomKilledContainers?: readonly string[];
  /** CPU seconds ever used, by cgroup scope, and under `host` for the machine. */
  readonly cpuSeconds: ReadonlyMap<string, number>;
}
