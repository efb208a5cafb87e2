import type { MemoryAround } from "./incident.ts";
import type { Resource } from "./limit.ts";
import type { MlxProcess } from "./process.ts";
import type { Figure, LevelEvents } from "./reading.ts";

/** One cgroup level, whom it holds, and what has happened there so far. */
export interface LookedLevel {
  readonly resource: Extract<Resource, "memory" | "cpu">;
  readonly scope: string;
  readonly workloads: readonly string[];
  readonly events: LevelEvents;
  readonly limit: Figure;
  readonly usage: Figure;
}

/** What one look at the tracked processes saw, for the ledger: scrapes and the light looks between them alike. */
export interface Look {
  /** Tracked processes that are alive. */
  readonly processes: readonly {
    readonly process: MlxProcess;
    readonly cpuSeconds: Figure;
    /** Files that count OOM kills around it, innermost first; empty when this look did not ask again. */
    readonly oomFiles: readonly string[];
    /** Absent when this look did not ask, or nothing is known of any limit. */
    readonly memory?: MemoryAround;
  }[];
  /** Cgroup levels around them, each once; absent when this look did not ask. */
  readonly levels?: readonly LookedLevel[];
  /** CPU seconds ever used, by cgroup scope, and under `host` for the machine. */
  readonly cpuSeconds: ReadonlyMap<string, number>;
}
