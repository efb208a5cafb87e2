import type { LookedLevel } from "../../model/look.ts";
import type { MlxProcess } from "../../model/process.ts";
import type { HostReading, ProcessReading } from "../../model/reading.ts";
import type { CollectorOutcome } from "../../model/view.ts";

/** One process that was still there when it was read. */
export interface Collected {
  readonly process: MlxProcess;
  readonly reading: ProcessReading;
  /** Monotonic seconds at which its CPU seconds were true, where that is earlier than now. */
  readonly at?: number;
}

/** What one pass read. */
export interface Pass {
  readonly processes: readonly Collected[];
  readonly host: HostReading;
  /** Cgroup levels around the processes, and around those of the pass before, with what happened there. */
  readonly levels: readonly LookedLevel[];
  readonly outcomes: readonly CollectorOutcome[];
}
