import { constants, ruleGroups } from "../../catalog/alerts.ts";
import { metrics } from "../../catalog/metrics.ts";
import type { Policy } from "../../model/policy.ts";
import type { Alert } from "./alert.ts";
import { amount, bytes, label, recordedPeak, workloadLabels } from "./fragments.ts";
import { baselineDriftMatrix } from "./matrix-baseline-drift.ts";
import { constantOf, figureOfAlert, mostSpecific, type ConstantOf } from "./joins.ts";
import { nested, promql } from "./promql.ts";
import { reviewStepSeconds } from "./review.ts";
import { steps } from "./runbook-text.ts";
import { windowOf, type Window } from "./windows.ts";

const name = "MlxBaselineDrift";
/** In which steps the window is looked at. It is of days: a day alone may be a holiday. */
const stepMinutes = 30;
/** The share of the window in which it must have run. Where Prometheus keeps less, the alert is silent. */
const seenShare = 0.8;
/** How far from the recorded percentile usage must lie. */
const above = 1.25;
const below = 0.5;

const used = metrics.workloadMemoryUsedMax.name;
const p95 = constantOf(constants.baselineP95, 'resource="memory"');
const peak = constantOf(constants.baselinePeak, 'resource="memory"');

/**
 * The memory of the workload's largest process has lain far from the baseline for days. Above it means above the
 * recorded peak too, one twentieth of the time at least: what was recorded once is no drift.
 */
export const baselineDrift: Alert = {
  name,
  group: ruleGroups.review,
  carries: workloadLabels,
  stepSeconds: reviewStepSeconds,
  why: "What a workload is asked for changes slowly, and no threshold notices: context grows with its users (mlx-lm #1807: from 24 GB past 30 GB in days), or half of a machine stays reserved for a load that went away.",
  needs: ["workloadMemoryUsedMax"],
  runbook: {
    meaning:
      "Over three days the 95th percentile of the largest process's memory was more than a quarter above that of the baseline and above its recorded peak, or less than half of it. Nothing is urgent: the limit still holds, but it was made for another load.",
    linux: steps(
      'Look at the panel "Memory" of the history dashboard. A step up at a restart is another model or another version; a slope that restarts reset is a leak, see [MlxHeadroomLow](#mlxheadroomlow).',
      "Above: record the new load (`mlx-headroom record W --scenario average` and `--scenario peak`), and compile anew.",
      "Below: the limit may be lowered, for the good of other programs, once a new recording confirms it.",
    ),
    macos:
      "The same. Memory used is the footprint there, compressed and swapped memory included, so that a model that was swapped out does not look like less.",
    prevent:
      "A server that unloads its model when nobody asks is low for days where nobody does: record an `idle` scenario for it, and silence this alert by its name.",
  },
  rules: (runbookUrl, policy) => [
    {
      alert: name,
      expr: promql(drifted(policy, windowOf(policy, name))),
      forSeconds: 3600,
      labels: { severity: "info" },
      annotations: {
        summary: "The memory of {{workload}} on {{instance}} has left its baseline",
        description: `Its largest process stayed below {{usage}} in 95 % of the last ${windowOf(policy, name).spoken}. The same figure of the baseline is {{p95}}, and its peak {{peak}}.`,
        runbook_url: runbookUrl,
      },
      fragments: {
        workload: label("workload"),
        instance: label("instance"),
        usage: bytes,
        p95: recorded(policy, constants.baselineP95),
        peak: recordedPeak(policy),
      },
    },
  ],
  matrix: baselineDriftMatrix,
};

function recorded(policy: Policy, constant: string): string {
  const { expression, labels } = figureOfAlert(policy, constant, ["workload"], 'resource="memory"');
  return amount(expression, labels);
}

function drifted(policy: Policy, window: Window): string {
  const range = `[${window.text}:${stepMinutes}m]`;
  const usage = `quantile_over_time(0.95, ${used}${range})`;
  const seenSteps = Math.round((window.seconds / (stepMinutes * 60)) * seenShare);
  const too = (
    operator: string,
    constant: ConstantOf,
    figure: (constant: string) => string,
  ): string =>
    mostSpecific(policy, usage, ["workload"], constant, (left, on, right) =>
      [left, `  ${operator} on (${on}) group_left ()`, figure(`max by (${on}) (${right()})`)].join(
        "\n",
      ),
    );
  const most: ConstantOf = (...matchers) =>
    `${above} * ${p95(...matchers)} or label_replace(${peak(...matchers)}, "of", "peak", "", "")`;
  return [
    "(",
    nested(too(">", most, (figure) => figure)),
    "    or",
    nested(too("<", p95, (figure) => `${below} * ${figure}`)),
    ")",
    "  and",
    `count_over_time(${used}${range}) > ${seenSteps}`,
  ].join("\n");
}
