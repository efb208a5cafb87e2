import type { Limit } from "./limit.ts";
import type { ProbeResult } from "./probe.ts";
import type { MlxProcess } from "./process.ts";
import type { LevelEvents, Pressure } from "./cgroup-reading.ts";
import type { Unavailable } from "./figure.ts";
import type { HostReading, ProcessReading } from "./reading.ts";
import type { Unseen } from "./unseen.ts";

/** The threads of a process that go by one name, and the CPU time counted under it while the exporter watched them. */
export interface ThreadGroup {
  readonly name: string;
  /** How many there are now. */
  readonly threads: number;
  readonly userSeconds: number;
  readonly systemSeconds: number;
}

/** One process as one pass saw it. */
export interface ProcessView {
  readonly process: MlxProcess;
  readonly reading: ProcessReading;
  readonly limits: readonly Limit[];
  readonly unavailable: readonly Unavailable[];
  /** Whether it gets series with its pid. */
  readonly ownSeries: boolean;
  /** Absent when nobody asked, or none could be read: `unavailable` then says why. */
  readonly threads?: readonly ThreadGroup[];
}

/**
 * Ways to end that an onlooker can tell apart. How a process was killed, or with which code it left, only its parent
 * learns: a reason that nothing can ever count would say "never", which nobody knows.
 */
type ExitReason = "oom_kill" | "unknown";

/** What happened to a workload since the exporter first saw it. */
export interface WorkloadCounters {
  readonly cpuSeconds: number;
  readonly processStarts: number;
  /** On all GPUs together; absent where no driver keeps it. */
  readonly gpuSeconds?: number;
  /** Absent where nothing counts them around its processes. */
  readonly oomKills?: number;
  readonly processExits: Readonly<Partial<Record<ExitReason, number>>>;
  /** Events of the cgroup levels around its processes; absent what no level of them counts. */
  readonly levelEvents: LevelEvents;
  /** Time lost in its cgroups for want of a resource; empty where nothing keeps it. */
  readonly pressure: readonly Pressure[];
  /** Monotonic seconds at which a process with role `server` was last there; -Infinity for never. */
  readonly lastServerSeen: number;
  readonly runtime: string;
  readonly model?: string;
  /** As its processes last reported it. */
  readonly mlxVersion?: string;
}

/** One workload: its processes now, which may be none, and its history. */
export interface WorkloadView {
  readonly name: string;
  readonly processes: readonly ProcessView[];
  readonly expected: boolean;
  /** Absent for a configured workload that was never seen. */
  readonly counters?: WorkloadCounters;
  /** What its last probe showed; absent where nobody asks, or has asked lately. */
  readonly probe?: ProbeResult;
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
  /** Why processes may run that are not seen; absent where all are. */
  readonly unseen?: Unseen;
  readonly collectors: readonly CollectorOutcome[];
  readonly dropped: {
    readonly processes: number;
    readonly workloads: number;
    /** Processes without series of their own because too many new ones came in an hour. */
    readonly churn: number;
    /** Label values that had to be cut or changed. */
    readonly label: number;
  };
}
