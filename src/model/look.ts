import type { MlxProcess } from "./process.ts";
import type { Figure } from "./reading.ts";

/** What one look at the tracked processes saw, for the ledger: scrapes and the light looks between them alike. */
export interface Look {
  /** Tracked processes that are alive. */
  readonly processes: readonly {
    readonly process: MlxProcess;
    readonly cpuSeconds: Figure;
    /** Files that count OOM kills around it, innermost first; empty when this look did not ask again. */
    readonly oomFiles: readonly string[];
  }[];
  /** CPU seconds ever used, by cgroup scope, and under `host` for the machine. */
  readonly cpuSeconds: ReadonlyMap<string, number>;
}
