/** What may be limited, asked for, or told to MLX. Bytes, cores, or a count. */
export const limitNames = [
  "memory_high",
  "memory_max",
  "swap_max",
  "cpu_request",
  "cpu_max",
  "tasks_max",
  "files_max",
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

/** The limits of one workload: its manifests spell them. */
export interface LimitPlan {
  readonly workload: string;
  /** Names the files, as that of its baselines. */
  readonly slug: string;
  readonly about: readonly string[];
  readonly settings: readonly LimitSetting[];
  /** Whether a kill must be followed by a restart that backs off: where a limit kills. */
  readonly restarts: boolean;
  /** Whether it was recorded on a GPU with memory of its own, which nothing here limits. */
  readonly gpu: boolean;
}
