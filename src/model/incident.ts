import type { LevelEvent } from "./reading.ts";

/** Something that a person wants to find in the log the next morning. */
export type Incident =
  | {
      /** A limit was reached, or a quota began to hold tasks back. */
      readonly kind: "limit_hit" | "throttling_started";
      readonly workload: string;
      readonly resource: "memory" | "swap" | "cpu" | "threads";
      readonly scope: string;
      readonly event: LevelEvent;
      readonly count: number;
      readonly limit?: number;
      readonly usage?: number;
    }
  | {
      readonly kind: "oom_kill" | "exit";
      readonly workload: string;
      readonly pid: number;
    };
