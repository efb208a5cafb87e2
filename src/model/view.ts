import type { Limit } from "./limit.ts";
import type { MlxProcess } from "./process.ts";
import type { HostReading, LevelEvents, Pressure, ProcessReading, Unavailable } from "./reading.ts";

/** One process as one pass saw it. */
export interface ProcessView {
  readonly process: MlxProcess;
  readonly reading: ProcessReading;
  readonly limits: readonly Limit[];
  readonly unavailable: readonly Unavailable[];
}

/** What happened to a workload since the exporter first saw it. */
export interface WorkloadCounters {
  readonly cpuSeconds: number;
  readonly processStarts: number;
  readonly oomKills: number;
  readonly processExits: Readonly<Record<"oom_kill" | "killed" | "error" | "unknown", number>>;
  /** Events of the cgroup levels around its processes; absent what no level of them counts. */
  readonly levelEvents: LevelEvents;
  /** Time lost in its cgroups for want of a resource; empty where nothing keeps it. */
  readonly pressure: readonly Pressure[];
  /** Monotonic seconds at which a process with role `server` was last there; -Infinity for never. */
  readonly lastServerSeen: number;
  readonly runtime: string;
  readonly model?: string;
}

/** One workload: its processes now, which may be none, and its history. */
export interface WorkloadView {
  readonly name: string;
  readonly processes: readonly ProcessView[];
  readonly expected: boolean;
  /** Absent for a configured workload that was never seen. */
  readonly counters?: WorkloadCounters;
}

/** How one collector fared in this pass. */
export interface CollectorOutcome {
  readonly collector: string;
  readonly success: boolean;
  readonly seconds: number;
}

/** Everything one scrape knows. */
export interface View {
  readonly processes: readonly ProcessView[];
  readonly workloads: readonly WorkloadView[];
  readonly host: HostReading;
  readonly collectors: readonly CollectorOutcome[];
  readonly dropped: { readonly processes: number; readonly workloads: number };
}
