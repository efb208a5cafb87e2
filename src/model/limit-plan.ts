/** What may be limited, asked for, or told to MLX. Bytes, cores, or a count. */
export const limitNames = [
  "memory_high",
  "memory_max",
  "swap_max",
  "cpu_request",
  "cpu_max",
  "tasks_max",
  "files_max",
  "gpu_count",
  "gpu_memory_max",
  "mlx_memory",
  "mlx_cache",
  "mlx_wired",
] as const;
export type LimitName = (typeof limitNames)[number];

/** One number of a workload's limits, decided. */
export interface LimitSetting {
  readonly name: LimitName;
  readonly value: number;
  /** False where the rollout has not come so far: it is written as a comment. */
  readonly inForce: boolean;
  /** How the number came about: formula, scenario, runs, samples, grade. One line. */
  readonly why: string;
}

/** A flag of the server's own: advice, for its command line is nobody's but the user's. */
export interface FlagAdvice {
  readonly flag: string;
  /** In the flag's own unit; absent where nothing that was recorded justifies a number. */
  readonly value?: number;
  /** How the number came about, or why there is none, and how far the flag holds. One line. */
  readonly why: string;
}

/** The limits of one workload: its manifests spell them. */
export interface LimitPlan {
  readonly workload: string;
  /** Names the files, as that of its baselines. */
  readonly slug: string;
  readonly about: readonly string[];
  readonly settings: readonly LimitSetting[];
  /** Whether a kill must be followed by a restart that backs off: where a limit kills. */
  readonly restarts: boolean;
  /** Whether it has memory of an NVIDIA card, which only NVIDIA's own means bound. */
  readonly nvidia: boolean;
  /** The server it was recorded of; absent where the profile names none. */
  readonly runtime?: string;
  readonly flags: readonly FlagAdvice[];
  /** Sentences about `iogpu.wired_limit_mb` of the whole Mac; none where it was recorded elsewhere. */
  readonly wired: readonly string[];
}
