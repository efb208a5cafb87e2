/** Names of the alerts and of the series that carry baselines and thresholds: what operators grep for. */
export const alertNames = [
  "MlxHeadroomLow",
  "MlxOomKilled",
  "MlxWorkloadDown",
  "MlxExporterDown",
  "MlxRuleFailing",
  "MlxWatchdog",
] as const;

export type AlertName = (typeof alertNames)[number];

/** Names of the rule groups. MlxRuleFailing watches every group whose name starts as these do. */
export const ruleGroups = {
  thresholds: "mlx-thresholds",
  baselines: (slug: string) => `mlx-baselines-${slug}`,
  exhaustion: "mlx-exhaustion",
  lifecycle: "mlx-lifecycle",
  pipeline: "mlx-pipeline",
} as const;

/** Who is told: Alertmanager's receivers, by how soon somebody must look. */
export const receivers = {
  page: "mlx-page",
  ticket: "mlx-ticket",
  deadMan: "mlx-dead-man",
  none: "mlx-none",
} as const;

/** Recorded constants. `workload=""` carries the default for workloads without a profile. */
export const constants = {
  /** Headroom ratio under which MlxHeadroomLow fires, by workload, resource and severity. */
  headroomThreshold: "mlx:threshold_headroom_ratio",
  /** Largest figure of a workload's recordings, per process, by workload and resource, in base units. */
  baselinePeak: "mlx:baseline_peak",
  /** 95th percentile of the average scenario, per process, by workload and resource, in base units. */
  baselineP95: "mlx:baseline_p95",
} as const;

/** The scrape job that the rules, dashboards and the example configuration agree on. */
export const scrapeJob = "mlx-headroom";

/** Where the exporter listens unless told otherwise. */
export const defaultPort = 10836;
