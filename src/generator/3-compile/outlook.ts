import { constants } from "../../catalog/alerts.ts";
import { historyName, outlookNames } from "../../catalog/history.ts";
import { metrics } from "../../catalog/metrics.ts";
import type { RecordingRule } from "../../model/plan.ts";
import type { Policy } from "../../model/policy.ts";
import { constantOf, mostSpecific } from "./joins.ts";
import { nested, promql } from "./promql.ts";

/** A trend that reaches the limit later than this, in days, is none: so flat a line is noise. */
const furthestDays = 365;
const daySeconds = 24 * 3600;

/** What the history leads to: when nothing will be left, and how much more there is room for. */
export function outlookRules(policy: Policy): readonly RecordingRule[] {
  return [
    {
      record: outlookNames.headroom,
      expr: promql(`min_over_time(${metrics.workloadHeadroomRatio.name}[1h])`),
      why: "The least headroom ratio of an hour, under the limit that binds: the peak as the limit sees it",
    },
    {
      record: outlookNames.exhaustion,
      expr: promql(exhaustion()),
      why: "Days until nothing is left, at the pace of three days; absent where the peaks are not above those of the day before, or take more than a year",
    },
    {
      record: outlookNames.fit,
      expr: promql(fit(policy)),
      why: "How many processes more, each as large as the recorded peak, the host has room for now; GPU memory: on the GPU that has most left",
    },
  ];
}

/**
 * The trend of the hourly peaks of memory, in bytes, against the least that was left. Descriptors and threads have no
 * amount by workload, and their limits may be shared with others: of them the ratio's own decline is followed, which
 * counts whoever uses up the same limit.
 */
function exhaustion(): string {
  return anyOf(
    ofResource("memory", byPeaks("memory", metrics.workloadMemoryHeadroom.name)),
    ofResource("gpu_memory", byPeaks("gpu_memory", metrics.workloadGpuMemoryHeadroom.name)),
    lines("(", nested(byRatio(`{resource=~"open_fds|threads"}`)), ")"),
  );
}

/**
 * Growth within the last day, at the same hour, tells a trend from a step that was made two days ago, from the hours
 * of a day, and from a workload that has not run for a day.
 */
function byPeaks(resource: "memory" | "gpu_memory", headroom: string): string {
  const peak = historyName(resource, "max", "1h");
  return `
    clamp_min(min_over_time(${headroom}[1h]), 0)
      / (deriv(${peak}[3d]) > 0)
      / ${daySeconds} <= ${furthestDays}
      and
    ${peak} > ${peak} offset 1d
  `;
}

/** What is least now is asked anew: a ruler need not see yet what it has just recorded. */
function byRatio(which: string): string {
  const recorded = `${outlookNames.headroom}${which}`;
  const least = `min_over_time(${metrics.workloadHeadroomRatio.name}${which}[1h])`;
  return `
    clamp_min(${least}, 0)
      / (-1 * deriv(${recorded}[3d]) > 0)
      / ${daySeconds} <= ${furthestDays}
      and
    ${least} < ${recorded} offset 1d
  `;
}

/** Peaks are per process, so what fits are processes. A peak that is not known is joined by nothing. */
function fit(policy: Policy): string {
  return anyOf(
    ofResource("memory", goesInto(policy, metrics.hostMemoryAvailable.name, "memory")),
    ofResource("gpu_memory", goesInto(policy, freeByGpu, "gpu_memory")),
  );
}

/** Once for each workload that is known on the host, whether it runs there now or not. */
function goesInto(policy: Policy, free: string, resource: "memory" | "gpu_memory"): string {
  const left = lines(
    "(",
    `  0 * ${metrics.workloadProcesses.name}`,
    "    + on (job, instance) group_left ()",
    `  max by (job, instance) (${free})`,
    ")",
  );
  const peak = constantOf(constants.baselinePeak, `resource="${resource}"`, `workload!=""`);
  const divided = mostSpecific(policy, left, ["workload"], peak, (side, on, constant) =>
    [side, `  / on (${on}) group_left ()`, `(max by (${on}) (${constant()}) > 0)`].join("\n"),
  );
  return lines("floor(", nested(divided), ")");
}

/** Not of a GPU that is cut into instances: what they have left is theirs. */
const freeByGpu = [
  `${metrics.hostGpuMemoryTotal.name} - ${metrics.hostGpuMemoryUsed.name}`,
  `unless on (job, instance, gpu) label_replace(${metrics.hostGpuInfo.name}{parent!=""}, "gpu", "$1", "parent", "(.+)")`,
].join(" ");

function ofResource(resource: string, expression: string): string {
  const own = nested(expression);
  return lines("label_replace(", `${own},`, `  "resource", "${resource}", "", ""`, ")");
}

function anyOf(...expressions: readonly string[]): string {
  return expressions.join("\n  or\n");
}

function lines(...all: readonly string[]): string {
  return all.join("\n");
}
