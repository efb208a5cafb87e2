import type { LevelEvent } from "./cgroup-reading.ts";

/** Something that a person wants to find in the log the next morning. What is unknown is left out. */
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
  | ({
      /** So many processes were killed for lack of memory within one look, all under the same limit. */
      readonly kind: "oom_kill";
      readonly workload: string;
      readonly resource: "memory";
      /** One of them: the one seen first. */
      readonly pid: number;
      readonly count: number;
    } & Partial<MemoryAround>)
  | {
      /** So many processes ended within one look. */
      readonly kind: "exit";
      readonly workload: string;
      /** One of them: the one seen first. */
      readonly pid: number;
      readonly count: number;
    };

/** The level around a process with the least memory left, as it was last seen: the likely place of an OOM kill. Bytes. */
export interface MemoryAround {
  /** A cgroup path, or `host`. */
  readonly scope: string;
  readonly limit: number;
  readonly usage: number;
}
