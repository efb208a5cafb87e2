import { constants } from "../../catalog/alerts.ts";
import type { AlertName } from "../../catalog/alerts.ts";
import type { Baselines, Constant, InputSeries, RuleTest, Severity } from "../../model/plan.ts";
import type { Policy } from "../../model/policy.ts";
import { climb, exported, hold, minute, studio1, studio2 } from "./matrix.ts";
import type { ScrapeTarget } from "./matrix.ts";
import { alerting, silence } from "./alerting.ts";
import { firingOf, type Firing } from "./policy-firing.ts";
import type { PolicyRule } from "./policy-rules.ts";
import { usageSeverity } from "./alert-usage-above-baseline.ts";
import { judgedSeverities } from "./thresholds.ts";

/** What one workload's own numbers promise: silence on one side of each, an alert on the other. */
export function baselineTests(
  group: Baselines,
  policy: Policy,
  rules: readonly PolicyRule[],
): readonly RuleTest[] {
  const recorded = group.constants.filter(({ record }) => record === constants.usageThreshold);
  const peaks = group.constants.filter(({ record }) => record === constants.baselinePeak);
  const fires: FiringOf = (alert, severity) =>
    firingOf(policy, rules, alert, severity, group.workload, group.grade);
  return [
    ...recorded
      .map(({ labels }) => labels["resource"] as UsageKey)
      .flatMap((resource) => headroomTests(group, policy, resource, fires)),
    ...recorded.flatMap((threshold) => usageTest(group, threshold, fires)),
    ...peaks.map((peak) => peakTest(group, peak)),
  ];
}

type UsageKey = keyof typeof usageOf;
type FiringOf = (alert: AlertName, severity: Severity) => Firing | undefined;

/** One host 5 % above the threshold, the workload's own or the default, and one 5 % below it: the second fires. */
function headroomTests(
  group: Baselines,
  policy: Policy,
  resource: UsageKey,
  fires: FiringOf,
): readonly RuleTest[] {
  return judgedSeverities.flatMap((severity) => {
    const own = group.constants.find(
      ({ record, labels }) =>
        record === constants.headroomThreshold &&
        labels["resource"] === resource &&
        labels["severity"] === severity,
    );
    const value = own?.value ?? policy.thresholds[resource]?.[severity];
    const firing = fires("MlxHeadroomLow", severity);
    if (value === undefined || firing === undefined) return [];
    const ratio = { workload: group.workload, resource };
    const at = Math.max(5 * minute, firing.forSeconds + 3 * minute);
    const held = stepsOf(at + 5 * minute);
    return [
      {
        claim: `${severity} of ${resource}: 5 % above the threshold is silent, 5 % below fires`,
        input: [
          exported(
            "workloadHeadroomRatio",
            on(studio1, group),
            ratio,
            hold(near(value, 1.05), held),
          ),
          exported(
            "workloadHeadroomRatio",
            on(studio2, group),
            ratio,
            hold(near(value, 0.95), held),
          ),
        ],
        alerts: [],
        samples: [alerting("MlxHeadroomLow", firing, ratio, at + 5, on(studio2, group))],
      },
    ];
  });
}

function usageTest(
  group: Baselines,
  { labels, value }: Constant,
  fires: FiringOf,
): readonly RuleTest[] {
  const { workload } = group;
  const resource = labels["resource"] as UsageKey;
  const firing = fires("MlxUsageAboveBaseline", usageSeverity[resource]);
  if (firing === undefined) return [];
  const at = Math.max(25 * minute, firing.forSeconds + 10 * minute);
  const held = stepsOf(at + 5 * minute);
  return [
    {
      claim: `usage of ${resource}: 5 % below the threshold is silent, 5 % above fires`,
      input: [
        ...usageOf[resource](on(studio1, group), workload, near(value, 0.95), held),
        ...usageOf[resource](on(studio2, group), workload, near(value, 1.05), held),
      ],
      alerts: [],
      samples: [
        alerting(
          "MlxUsageAboveBaseline",
          firing,
          { workload, resource },
          at + 5,
          on(studio2, group),
        ),
      ],
    },
  ];
}

/** The promise that matters: what was recorded wakes nobody. */
function peakTest(group: Baselines, { labels, value }: Constant): RuleTest {
  const { workload } = group;
  const resource = labels["resource"] as UsageKey;
  return {
    claim: `the recorded peak of ${resource}, held, is silent`,
    input: usageOf[resource](on(studio1, group), workload, value, 30 * minute),
    alerts: [],
    samples: [silence("MlxUsageAboveBaseline", workload, 25 * minute + 5)],
  };
}

/** A host of the baseline's class. */
function on(target: ScrapeTarget, { labels }: Baselines): ScrapeTarget {
  return { ...target, ...labels };
}

/** Long enough, and a whole number of steps. */
function stepsOf(seconds: number): number {
  return Math.ceil(seconds / baselineStepSeconds) * baselineStepSeconds;
}

/**
 * How far apart samples and evaluations are in the claims about a workload's own numbers. What they claim holds at any
 * step, every alert is evaluated at each, and there is such a file for every workload.
 */
export const baselineStepSeconds = 2 * minute;

/** One process of a workload that uses this much. */
const usageOf = {
  memory: used("workloadMemoryUsedMax"),
  gpu_memory: used("workloadGpuMemoryMax"),
  cpu: (target: ScrapeTarget, workload: string, value: number, length: number) => [
    exported("workloadProcesses", target, { workload }, hold(1, length)),
    exported("workloadCpuSeconds", target, { workload }, climb(0, value, length)),
  ],
};

function used(key: "workloadMemoryUsedMax" | "workloadGpuMemoryMax") {
  return (
    target: ScrapeTarget,
    workload: string,
    value: number,
    length: number,
  ): readonly InputSeries[] => [exported(key, target, { workload }, hold(value, length))];
}

function near(value: number, factor: number): number {
  return Number((value * factor).toPrecision(12));
}
