import { constants } from "../../catalog/alerts.ts";
import type { AlertName } from "../../catalog/alerts.ts";
import type {
  Baselines,
  Constant,
  InputSeries,
  RuleTest,
  SampleExpectation,
} from "../../model/plan.ts";
import { climb, exported, hold, minute, studio1, studio2 } from "./matrix.ts";
import type { ScrapeTarget } from "./matrix.ts";
import { series } from "./promql.ts";
import { usageSeverity } from "./alert-usage-above-baseline.ts";
import { defaultThresholds, judgedSeverities } from "./thresholds.ts";

/** What one workload's own numbers promise: silence on one side of each, an alert on the other. */
export function baselineTests(group: Baselines): readonly RuleTest[] {
  const recorded = group.constants.filter(({ record }) => record === constants.usageThreshold);
  const peak = group.constants.find(
    ({ record, labels }) =>
      record === constants.baselinePeak && labels["resource"] === ("memory" satisfies UsageKey),
  );
  return [
    ...recorded
      .filter(({ labels }) => isHeadroomKey(labels["resource"]))
      .flatMap((constant) => headroomTests(group, constant.labels["resource"] as HeadroomKey)),
    ...recorded.map((threshold) => usageTest(group.workload, threshold)),
    ...(peak === undefined ? [] : [peakTest(group.workload, peak.value)]),
  ];
}

type UsageKey = keyof typeof usageOf;
type HeadroomKey = Extract<UsageKey, keyof typeof defaultThresholds>;

function isHeadroomKey(resource: string | undefined): boolean {
  return resource !== undefined && resource in defaultThresholds;
}

/** One host 5 % above the threshold, the workload's own or the default, and one 5 % below it: the second fires. */
function headroomTests(group: Baselines, resource: HeadroomKey): readonly RuleTest[] {
  return judgedSeverities.map((severity) => {
    const own = group.constants.find(
      ({ record, labels }) =>
        record === constants.headroomThreshold &&
        labels["resource"] === resource &&
        labels["severity"] === severity,
    );
    const value = own?.value ?? defaultThresholds[resource][severity];
    const ratio = { workload: group.workload, resource };
    return {
      claim: `${severity} of ${resource}: 5 % above the threshold is silent, 5 % below fires`,
      input: [
        exported("workloadHeadroomRatio", studio1, ratio, hold(near(value, 1.05), 10 * minute)),
        exported("workloadHeadroomRatio", studio2, ratio, hold(near(value, 0.95), 10 * minute)),
      ],
      alerts: [],
      samples: [firing("MlxHeadroomLow", { severity, ...ratio }, 5 * minute + 5, studio2)],
    };
  });
}

function usageTest(workload: string, { labels, value }: Constant): RuleTest {
  const resource = labels["resource"] as UsageKey;
  const severity = usageSeverity[resource];
  return {
    claim: `usage of ${resource}: 5 % below the threshold is silent, 5 % above fires`,
    input: [
      ...usageOf[resource](studio1, workload, near(value, 0.95)),
      ...usageOf[resource](studio2, workload, near(value, 1.05)),
    ],
    alerts: [],
    samples: [
      firing("MlxUsageAboveBaseline", { severity, workload, resource }, 25 * minute + 5, studio2),
    ],
  };
}

/** The promise that matters: what was recorded wakes nobody. */
function peakTest(workload: string, peak: number): RuleTest {
  return {
    claim: "the recorded peak of memory, held, is silent",
    input: usageOf.memory(studio1, workload, peak),
    alerts: [],
    samples: [firing("MlxUsageAboveBaseline", { workload }, 25 * minute + 5)],
  };
}

const length = 30 * minute;

/** One process of a workload that uses this much. */
const usageOf = {
  memory: (target: ScrapeTarget, workload: string, value: number): readonly InputSeries[] => [
    exported("workloadMemoryUsedMax", target, { workload }, hold(value, length)),
  ],
  gpu_memory: (target: ScrapeTarget, workload: string, value: number): readonly InputSeries[] => [
    exported("workloadGpuMemoryMax", target, { workload }, hold(value, length)),
  ],
  cpu: (target: ScrapeTarget, workload: string, value: number): readonly InputSeries[] => [
    exported("workloadProcesses", target, { workload }, hold(1, length)),
    exported("workloadCpuSeconds", target, { workload }, climb(0, value, length)),
  ],
};

/** That the alert fires on these hosts, and on no other. */
function firing(
  alertname: AlertName,
  labels: Readonly<Record<string, string>>,
  atSeconds: number,
  ...targets: readonly ScrapeTarget[]
): SampleExpectation {
  const alert = { alertname, alertstate: "firing", ...labels };
  return {
    expr: series("ALERTS", alert),
    atSeconds,
    samples: targets.map((target) => ({
      series: series("ALERTS", { ...alert, ...target }),
      value: 1,
    })),
  };
}

function near(value: number, factor: number): number {
  return Number((value * factor).toPrecision(12));
}
