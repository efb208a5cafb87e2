import type { BaselineDocument } from "./baseline-document.ts";
import type { Dashboard } from "./dashboard.ts";
import type { LimitPlan } from "./limit-plan.ts";
import type { Routing } from "./routing.ts";
import type { AlertRule, Constant } from "./rule.ts";
import type { RunbookPage } from "./runbook-page.ts";

export type { AlertRule, Constant, Severity } from "./rule.ts";

/**
 * What compile decided, whole: an emitter spells it and decides nothing. Durations are seconds, texts for people are
 * handlebars sentences, and every PromQL expression has been parsed.
 */
export interface Plan {
  readonly version: string;
  readonly layout: Layout;
  /** Whether a policy had a say, so that remaking needs its file. */
  readonly configured: boolean;
  /** Labels that the policy knows on every series besides those of the exporter: they tell clusters or classes of hosts apart. */
  readonly beside: readonly string[];
  /** Whose files are written, in this order. */
  readonly targets: readonly RuleTarget[];
  readonly thresholds: ConstantGroup;
  /** What is decided for single workloads; absent where nothing is. */
  readonly policy?: ConstantGroup;
  readonly baselines: readonly Baselines[];
  /** Of every workload with a profile; none in the pack. */
  readonly limits: readonly LimitPlan[];
  readonly alerts: readonly AlertGroup[];
  readonly history: readonly RecordingGroup[];
  readonly tests: readonly TestFile[];
  readonly scraping: Scraping;
  readonly keeping: Keeping;
  readonly routing: Routing;
  readonly dashboards: readonly Dashboard[];
  readonly provisioning: Provisioning;
  /** Of every alert that can fire; none in the pack. */
  readonly runbooks: readonly RunbookPage[];
  /** Of every workload with a profile, where they are asked for; none in the pack. */
  readonly documents: readonly BaselineDocument[];
}

/** Where files go: `tree` for one's own monitoring, `pack` for the default pack kept in this repository. */
export const layouts = ["tree", "pack"] as const;
export type Layout = (typeof layouts)[number];

/** What is written about each workload where it is asked for: its limits, and what is known of it. They are the names of folders. */
export const extras = ["limits", "docs"] as const;
export type Extra = (typeof extras)[number];

/** Who evaluates the rules: files of Prometheus, objects of its operator, files of Mimir's or Thanos' ruler, of vmalert. */
export const ruleTargets = ["prometheus", "operator", "mimir", "vmalert"] as const;
export type RuleTarget = (typeof ruleTargets)[number];

type Labels = Readonly<Record<string, string>>;

export interface ConstantGroup {
  readonly name: string;
  readonly constants: readonly Constant[];
}

/** The constants of one workload. They go to a file of their own, so that a new workload adds data, never logic. */
export interface Baselines extends ConstantGroup {
  readonly workload: string;
  /** The class of hosts it is of, where it is of one. */
  readonly labels?: Labels;
  readonly grade: "A" | "B" | "C";
  /** Names the file: the workload, safe on file systems that ignore case. */
  readonly slug: string;
  readonly about: readonly string[];
}

/** A figure that is computed again and again, and kept under a name of its own. */
export interface RecordingRule {
  readonly record: string;
  readonly expr: string;
  /** What it is, for the comment beside it. */
  readonly why: string;
}

export interface RecordingGroup {
  readonly name: string;
  /** How often its rules are evaluated. Past the lookback of five minutes their series would be empty in between. */
  readonly intervalSeconds: number;
  readonly rules: readonly RecordingRule[];
}

export interface AlertGroup {
  readonly name: string;
  /** How often its rules are evaluated, where that is not as often as everything else. */
  readonly intervalSeconds?: number;
  /** Labels that all of its rules have, where Prometheus takes them once. */
  readonly labels?: Labels;
  readonly rules: readonly AlertRule[];
}

/** The rule files that are there whatever was recorded. */
export type RuleSet = "thresholds" | "policy" | "alerts" | "history";

/** A promtool file: rules under test, and claims about them. */
export interface TestFile {
  readonly name: string;
  readonly about: string;
  /** What is loaded, and slugs of the baselines that are loaded besides. */
  readonly rules: readonly RuleSet[];
  readonly baselines: readonly string[];
  /** Promtool runs groups at random unless told the order. */
  readonly groupOrder: readonly string[];
  readonly intervalSeconds: number;
  readonly tests: readonly RuleTest[];
}

export interface RuleTest {
  readonly claim: string;
  readonly input: readonly InputSeries[];
  readonly alerts: readonly AlertExpectation[];
  readonly samples: readonly SampleExpectation[];
}

export interface InputSeries {
  readonly series: string;
  readonly stretches: readonly Stretch[];
}

/**
 * A value held for a while, one that climbs or falls steadily from there, nothing for a while, or the marker Prometheus
 * writes when a series ends.
 */
export type Stretch =
  | { readonly seconds: number; readonly value: number; readonly perSecond?: number }
  | { readonly seconds: number; readonly value: "absent" }
  | "stale";

/** Everything that fires under one name at one moment: an empty list claims silence. */
export interface AlertExpectation {
  readonly alert: string;
  readonly atSeconds: number;
  readonly firing: readonly FiringAlert[];
}

export interface FiringAlert {
  readonly rule: AlertRule;
  /** Labels that come from the series, besides those the rule sets. */
  readonly labels: Labels;
  /** What stands in each gap of the annotations. */
  readonly facts: Labels;
}

export interface SampleExpectation {
  readonly expr: string;
  readonly atSeconds: number;
  readonly samples: readonly { readonly series: string; readonly value: number }[];
}

/** Where the exporter is found within a cluster, and an example of one outside of it. */
export interface KubernetesScraping {
  /** The scrape job, whatever the operator would call it. */
  readonly job: string;
  readonly podLabels: Labels;
  readonly port: string;
  /** What a pod's series are told apart by. A pod's own address would make each restart another host. */
  readonly instanceFrom: string;
  /** What discovery says of the exporter's own pod, and nobody may take for the workloads'. */
  readonly withoutLabels: readonly string[];
  readonly hostOutside: string;
}

/** The example configuration of Prometheus. */
export interface Scraping {
  readonly kubernetes: KubernetesScraping;
  readonly intervalSeconds: number;
  readonly alertmanager: string;
  readonly jobs: readonly {
    readonly name: string;
    readonly honorLabels: boolean;
    readonly target: string;
    /** Labels that the target's series get, which the rules select by. */
    readonly labels?: Labels;
    readonly why: string;
  }[];
}

/** What is to outlive the Prometheus that records it, and who keeps it. */
export interface Keeping {
  /** The names of exactly those series. */
  readonly series: readonly string[];
  /** The scrape job of a second Prometheus, and how often it asks the first, `source`. */
  readonly job: string;
  readonly intervalSeconds: number;
  readonly source: string;
  /** Where the first may send them instead. */
  readonly remoteWriteUrl: string;
}

/** The data source and the folder Grafana is told about. */
export interface Provisioning {
  readonly prometheusUrl: string;
  readonly dashboardFolder: string;
  readonly dashboardPath: string;
  readonly scrapeIntervalSeconds: number;
}
