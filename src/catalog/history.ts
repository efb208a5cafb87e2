/** Names of the recorded history, `level:metric:operation`: what dashboards read and what is kept for longer. */

/** What is recorded of each resource: the series' metric, summed over a workload on a host, in base units. */
export const historyMetrics = {
  memory: "mlx_memory_used_bytes",
  gpu_memory: "mlx_gpu_memory_bytes",
  cpu: "mlx_cpu_cores",
  open_fds: "mlx_open_fds",
  threads: "mlx_threads",
} as const;

export type HistoryResource = keyof typeof historyMetrics;
export const historyResources = Object.keys(historyMetrics) as readonly HistoryResource[];

/** Peak and 95th percentile, over each of the windows. */
export const historyStatistics = ["max", "p95"] as const;
export type HistoryStatistic = (typeof historyStatistics)[number];
export const historyWindows = ["5m", "1h"] as const;
export type HistoryWindow = (typeof historyWindows)[number];

/** The series of one resource, such as `workload:mlx_memory_used_bytes:max_1h`. */
export function historyName(
  resource: HistoryResource,
  statistic: HistoryStatistic,
  window: HistoryWindow,
): string {
  return `workload:${historyMetrics[resource]}:${statistic}_${window}`;
}

/** All of them. */
export const historyNames = historyResources.flatMap((resource) =>
  historyStatistics.flatMap((statistic) =>
    historyWindows.map((window) => historyName(resource, statistic, window)),
  ),
);

/** What is made of the history and of baselines, by workload and resource. */
export const outlookNames = {
  /** The least headroom ratio of an hour. */
  headroom: "workload:mlx_headroom_ratio:min_1h",
  /** Days until nothing is left, at the pace of the last three. */
  exhaustion: "workload:mlx_exhaustion_days:deriv_3d",
  /** How many processes more, as large as the recorded peak, the host has room for. */
  fit: "workload:mlx_processes_fit:floor",
} as const;
