import { scrapeJob } from "../../catalog/alerts.ts";
import { metrics } from "../../catalog/metrics.ts";
import type { LabelOf, MetricKey } from "../../catalog/metrics.ts";
import type {
  AlertExpectation,
  AlertRule,
  FiringAlert,
  InputSeries,
  RuleTest,
  SampleExpectation,
  Severity,
  Stretch,
} from "../../model/plan.ts";
import { series } from "./promql.ts";
import { stepSeconds } from "./scraping.ts";

/** Words for claims about alerts. All times lie off the edges of windows: Prometheus 2 and 3 count those differently. */

/** Seconds from an evaluation to the look at what came of it. */
const offEdge = 5;

export const minute = 60;
export const hour = 60 * minute;
export const day = 24 * hour;

/** What Prometheus puts on every series it scrapes. */
export type ScrapeTarget = Readonly<Record<"job" | "instance", string>>;
export const studio1: ScrapeTarget = { job: scrapeJob, instance: "studio-1:10836" };
export const studio2: ScrapeTarget = { job: scrapeJob, instance: "studio-2:10836" };

export function hold(value: number, seconds: number): Stretch {
  return { value, seconds };
}

/** A value that climbs steadily, or falls. */
export function climb(from: number, perSecond: number, seconds: number): Stretch {
  return { value: from, perSecond, seconds };
}

/** Nothing scraped for a while. */
export function nothing(seconds: number): Stretch {
  return { value: "absent", seconds };
}

/** One input series, whatever its name. */
export function input(
  metric: string,
  labels: Readonly<Record<string, string>>,
  ...stretches: readonly Stretch[]
): InputSeries {
  return { series: series(metric, labels), stretches };
}

/** One series of the exporter, with exactly the labels the catalogue gives it besides job and instance. */
export function exported<K extends MetricKey>(
  key: K,
  target: ScrapeTarget,
  labels: Readonly<Record<LabelOf<K>, string>>,
  ...stretches: readonly Stretch[]
): InputSeries {
  return input(metrics[key].name, { ...target, ...labels }, ...stretches);
}

/** Whether a target answered. */
export function up(
  labels: Readonly<Record<string, string>>,
  ...stretches: readonly Stretch[]
): InputSeries {
  return input("up", labels, ...stretches);
}

export function claim(
  text: string,
  input: readonly InputSeries[],
  ...alerts: readonly AlertExpectation[]
): RuleTest {
  return { claim: text, input, alerts, samples: [] };
}

/** That a recorded series has this value. */
export function recorded(
  metric: string,
  labels: Readonly<Record<string, string>>,
  atSeconds: number,
  value: number,
): SampleExpectation {
  const selector = series(metric, labels);
  return { expr: selector, atSeconds, samples: [{ series: selector, value }] };
}

export function silent(alert: string, atSeconds: number): AlertExpectation {
  return { alert, atSeconds, firing: [] };
}

export function fires(
  alert: string,
  atSeconds: number,
  ...firing: readonly FiringAlert[]
): AlertExpectation {
  return { alert, atSeconds, firing };
}

/** That it fires from this evaluation on, and did not at the one before: a step more or less of its `for` breaks that. */
export function firesFrom(
  alert: string,
  evaluation: number,
  ...firing: readonly FiringAlert[]
): readonly AlertExpectation[] {
  return [
    silent(alert, evaluation - stepSeconds + offEdge),
    fires(alert, evaluation + offEdge, ...firing),
  ];
}

/** That it clears at this evaluation and not at the one before, which holds its `keep_firing_for` alike. */
export function firesUntil(
  alert: string,
  evaluation: number,
  ...firing: readonly FiringAlert[]
): readonly AlertExpectation[] {
  return [
    fires(alert, evaluation - stepSeconds + offEdge, ...firing),
    silent(alert, evaluation + offEdge),
  ];
}

/** Of an alert that has exactly one rule, that one. */
export function soleRule(rules: readonly AlertRule[]): AlertRule {
  const [rule, ...others] = rules;
  if (rule === undefined || others.length > 0) throw new Error("one rule expected");
  return rule;
}

/** The rule of an alert that has one for each severity. */
export function ruleOf(rules: readonly AlertRule[], severity: Severity): AlertRule {
  return soleRule(rules.filter(({ labels }) => labels.severity === severity));
}
