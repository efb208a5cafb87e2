import type { Resource } from "./limit.ts";
import type { Notify } from "./notify.ts";
import type { Severity } from "./plan.ts";

/** What a person decides about alerts and limits, as `policy:` of the config file says it; durations are seconds. */
export interface Policy {
  readonly rollout: Rollout;
  readonly owner?: string;
  /** How old a baseline may become before MlxBaselineStale asks for another. */
  readonly reviewEverySeconds: number;
  /** On every alert. */
  readonly labels: Texts;
  /** The page that has one heading per alert; or, with `runbookGap` in it, the address of a page for each. */
  readonly runbookBase?: string;
  /** Grafana's address: alerts then link to the dashboard. */
  readonly dashboardBase?: string;
  /** How often is scraped and evaluated. */
  readonly intervalSeconds: number;
  /** How long Prometheus keeps samples, where that is so short that alerts must look back less. */
  readonly retentionSeconds?: number;
  /** Classes of patience that workloads are assigned to. */
  readonly hold: Readonly<Record<string, Hold>>;
  readonly thresholds: ThresholdPolicies;
  readonly alerts: Readonly<Record<string, AlertPolicy>>;
  readonly workloads: Readonly<Record<string, WorkloadPolicy>>;
  /** Labels by which constants and series find each other: `workload`, `resource`, and those that tell host classes apart. */
  readonly joinLabels: readonly string[];
  /** Labels that every series of the exporter must have. */
  readonly selector: Texts;
  /** Who is notified, by which means and when not; receivers send nothing where it is absent. */
  readonly notify?: Notify;
  /** The oldest Prometheus that reads the rules. */
  readonly targetVersion: string;
}

/** Stands for the name of the alert in the address of its runbook. */
export const runbookGap = "{{alert}}";

type Texts = Readonly<Record<string, string>>;

/** How far a workload's limits have come: watched only, soft, or hard. */
export const rollouts = ["observe", "soft", "hard"] as const;
export type Rollout = (typeof rollouts)[number];

/** What a policy may make of an alert. */
export const policySeverities = ["critical", "warning", "info"] as const satisfies Severity[];
export type PolicySeverity = (typeof policySeverities)[number];

/** One value for all rules of an alert, or one for those that are built with a certain severity. */
export type BySeverity<T> = Readonly<Partial<Record<PolicySeverity, T>>>;

/** How much longer than usual alerts wait: so many times, or so long at the least. */
export type Hold = { readonly factor: number } | { readonly seconds: number };

/** Headroom ratios under which an alert fires, and how many times the recorded peak usage may be. */
export interface ThresholdPolicy {
  readonly warning?: number;
  readonly critical?: number;
  readonly usage?: number;
}

export type ThresholdPolicies = Readonly<Partial<Record<Resource, ThresholdPolicy>>>;

/** What may be said of an alert for one workload. */
export interface AlertSwitch {
  readonly enabled?: boolean;
  readonly severity?: BySeverity<PolicySeverity>;
}

export interface AlertPolicy extends AlertSwitch {
  readonly forSeconds?: BySeverity<number>;
  readonly keepFiringForSeconds?: number;
  readonly windowSeconds?: number;
  readonly annotations: Texts;
  readonly labels: Texts;
}

export interface WorkloadPolicy {
  readonly owner?: string;
  readonly reviewEverySeconds?: number;
  readonly rollout?: Rollout;
  /** The name of a class of `hold`. */
  readonly hold?: string;
  readonly thresholds: ThresholdPolicies;
  readonly alerts: Readonly<Record<string, AlertSwitch>>;
  /** The limits in force, in bytes. */
  readonly limits: Readonly<Partial<Record<LimitedResource, number>>>;
}

/** Resources whose recorded peak is held against a limit that the policy names. */
export const limitedResources = ["memory", "gpu_memory"] as const satisfies Resource[];
export type LimitedResource = (typeof limitedResources)[number];

/**
 * Headroom ratios under which MlxHeadroomLow fires for a workload without a profile. CPU has none: a job that uses
 * every core it may have is doing its work. Of GPU memory little is left by design: engines reserve nine tenths of a
 * card when they start, and MLX keeps what it has freed up to 95 %.
 */
export const defaultThresholds = {
  memory: { warning: 0.15, critical: 0.05 },
  gpu_memory: { warning: 0.05, critical: 0.02 },
  open_fds: { warning: 0.2, critical: 0.05 },
  threads: { warning: 0.1, critical: 0.05 },
} as const satisfies ThresholdPolicies;

/** Resources that MlxHeadroomLow judges by default. */
export const judgedResources = Object.keys(
  defaultThresholds,
) as readonly (keyof typeof defaultThresholds)[];

/** What holds where nobody decided otherwise. The rules of the default pack are made with this. */
export const defaultPolicy: Policy = {
  rollout: "soft",
  reviewEverySeconds: 90 * 24 * 3600,
  labels: {},
  intervalSeconds: 15,
  hold: {},
  thresholds: defaultThresholds,
  alerts: {},
  workloads: {},
  joinLabels: ["workload", "resource"],
  selector: {},
  targetVersion: "2.42",
};
