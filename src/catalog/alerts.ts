/** Names of the alerts and of the series that carry baselines and thresholds: what operators grep for. */
export const alertNames = [
  // Exhaustion: the workload itself runs out of something.
  "MlxHeadroomLow",
  "MlxExhaustionPredicted",
  "MlxUsageAboveBaseline",
  "MlxLimitHit",
  "MlxOomKilled",
  "MlxCpuThrottled",
  "MlxSwappedOut",
  "MlxCacheDominates",
  // Starvation: everything else on the host does.
  "MlxStarvesHostMemory",
  "MlxStarvesHostCpu",
  "MlxMemoryOverCommitted",
  "MlxGpuWiredOverCommitted",
  "MlxGpuWiredStranded",
  // Limits in place.
  "MlxLimitMissing",
  "MlxLimitBelowBaseline",
  "MlxLimitFarAboveBaseline",
  // Lifecycle.
  "MlxWorkloadDown",
  "MlxWorkloadRestarting",
  "MlxWorkloadStuck",
  "MlxIdleCpuHigh",
  "MlxRankMissing",
  "MlxHostRebooted",
  // Review: the baseline itself.
  "MlxBaselineStale",
  "MlxBaselineMismatch",
  "MlxBaselineDrift",
  "MlxWorkloadWithoutBaseline",
  // Pipeline: whether anybody would be told.
  "MlxExporterDown",
  "MlxCollectorFailing",
  "MlxSeriesDropped",
  "MlxAllocatorReportStale",
  "MlxConfigReloadFailed",
  "MlxRuleFailing",
  "MlxWatchdog",
] as const;

export type AlertName = (typeof alertNames)[number];

/**
 * How far back alerts look that ask what happened lately, in seconds, and how little still makes sense. Rates are no
 * such windows: they are as short as the scrape interval allows.
 */
export const alertWindows = {
  MlxOomKilled: { seconds: 600, least: 300 },
  MlxGpuWiredStranded: { seconds: 3600, least: 900 },
  MlxWorkloadRestarting: { seconds: 900, least: 300 },
  MlxRankMissing: { seconds: 3600, least: 900 },
  MlxHostRebooted: { seconds: 3600, least: 900 },
  MlxBaselineDrift: { seconds: 3 * 86_400, least: 86_400 },
  MlxWorkloadWithoutBaseline: { seconds: 86_400, least: 3600 },
  MlxSeriesDropped: { seconds: 3600, least: 900 },
} as const satisfies Partial<
  Record<AlertName, { readonly seconds: number; readonly least: number }>
>;

/** Names of the rule groups. MlxRuleFailing watches every group whose name starts as these do. */
export const ruleGroups = {
  thresholds: "mlx-thresholds",
  policy: "mlx-policy",
  baselines: (slug: string) => `mlx-baselines-${slug}`,
  exhaustion: "mlx-exhaustion",
  starvation: "mlx-starvation",
  limits: "mlx-limits",
  lifecycle: "mlx-lifecycle",
  review: "mlx-review",
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
  /** Usage per process above which MlxUsageAboveBaseline fires, by workload and resource, in base units. */
  usageThreshold: "mlx:threshold_usage",
  /** When a workload's newest recording was made, Unix seconds, by workload, grade, model and mlx_version (empty when unknown). */
  baselineRecorded: "mlx:baseline_recorded_timestamp_seconds",
  /** Age of a baseline above which MlxBaselineStale fires, in seconds, by workload, where it is not the usual one. */
  reviewThreshold: "mlx:threshold_baseline_age_seconds",
  /** 1 for each workload that the policy names, with what it decides as labels; see docs/policy.md. */
  workloadPolicy: "mlx:workload_policy",
} as const;

/** The scrape job that the rules, dashboards and the example configuration agree on. */
export const scrapeJob = "mlx-headroom";

/** Where the exporter listens unless told otherwise. */
export const defaultPort = 10836;
