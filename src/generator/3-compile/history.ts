import { ruleGroups } from "../../catalog/alerts.ts";
import {
  historyName,
  historyResources,
  historyStatistics,
  historyWindows,
} from "../../catalog/history.ts";
import type { HistoryResource, HistoryStatistic, HistoryWindow } from "../../catalog/history.ts";
import { metrics } from "../../catalog/metrics.ts";
import type { RecordingGroup, RecordingRule } from "../../model/plan.ts";
import type { Policy } from "../../model/policy.ts";
import { outlookRules } from "./outlook.ts";
import { selectedExpression } from "./policy-selection.ts";
import { promql } from "./promql.ts";

/**
 * How often history is recorded, in seconds. Slower than the lookback of five minutes, its series would be empty in
 * between; faster, an hour would be read again and again for the same answer.
 */
export const historyIntervalSeconds = 120;

/**
 * Peaks and 95th percentiles, and what they lead to. Each group has at most twenty rules, which is what Mimir takes
 * unless it is told otherwise.
 */
export function compileHistory(policy: Policy): readonly RecordingGroup[] {
  const windows = historyResources.flatMap((resource) =>
    historyWindows.flatMap((window) =>
      historyStatistics.map((statistic) => windowRule(resource, statistic, window)),
    ),
  );
  const ofPolicy = (rules: readonly RecordingRule[]): readonly RecordingRule[] =>
    rules.map((rule) => ({ ...rule, expr: selectedExpression(policy, rule.expr) }));
  return [
    { name: ruleGroups.history, intervalSeconds: historyIntervalSeconds, rules: ofPolicy(windows) },
    {
      name: ruleGroups.outlook,
      intervalSeconds: historyIntervalSeconds,
      rules: ofPolicy(outlookRules(policy)),
    },
  ];
}

/** What the windows look back on: a gauge as it was scraped, and of CPU the rate, looked at in steps. */
const sources: Readonly<Record<HistoryResource, (window: HistoryWindow) => string>> = {
  memory: (window) => `${metrics.workloadMemoryUsed.name}[${window}]`,
  gpu_memory: (window) => `${metrics.workloadGpuMemory.name}[${window}]`,
  // Two minutes hold two samples of whoever scrapes once a minute, and tell one busy minute from an idle one.
  cpu: (window) =>
    `rate(${metrics.workloadCpuSeconds.name}[2m])[${window}:${window === "5m" ? "30s" : "1m"}]`,
  open_fds: (window) => `${metrics.workloadOpenFds.name}[${window}]`,
  threads: (window) => `${metrics.workloadThreads.name}[${window}]`,
};

const operations: Readonly<
  Record<HistoryStatistic, { readonly says: string; readonly of: (range: string) => string }>
> = {
  max: { says: "most", of: (range) => `max_over_time(${range})` },
  p95: { says: "95th percentile", of: (range) => `quantile_over_time(0.95, ${range})` },
};

const spoken: Readonly<Record<HistoryResource, string>> = {
  memory: "Memory",
  gpu_memory: "GPU memory",
  cpu: "CPU",
  open_fds: "Open file descriptors",
  threads: "Threads",
};

function windowRule(
  resource: HistoryResource,
  statistic: HistoryStatistic,
  window: HistoryWindow,
): RecordingRule {
  const { says, of } = operations[statistic];
  return {
    record: historyName(resource, statistic, window),
    expr: promql(of(sources[resource](window))),
    why: `${spoken[resource]} of all its processes: ${says} of ${window === "5m" ? "five minutes" : "an hour"}`,
  };
}
