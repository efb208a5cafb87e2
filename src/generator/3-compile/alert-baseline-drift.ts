import { constants, ruleGroups } from "../../catalog/alerts.ts";
import { metrics } from "../../catalog/metrics.ts";
import type { Alert } from "./alert.ts";
import { alike, amount, bytes, label, workloadLabels } from "./fragments.ts";
import { baselineDriftMatrix } from "./matrix-baseline-drift.ts";
import { promql } from "./promql.ts";
import { reviewStepSeconds } from "./review.ts";
import { steps } from "./runbook-text.ts";

const name = "MlxBaselineDrift";
/** What is compared with the baseline, and in which steps it is looked at: a day alone may be a holiday. */
const windowDays = 3;
const stepMinutes = 30;
/** The share of the window in which it must have run. Where Prometheus keeps less, the alert is silent. */
const seenShare = 0.8;
/** How far from the recorded percentile usage must lie. */
const above = 1.25;
const below = 0.5;

const window = `[${windowDays}d:${stepMinutes}m]`;
const seenSteps = Math.round(((windowDays * 24 * 60) / stepMinutes) * seenShare);
const used = metrics.workloadMemoryUsedMax.name;
const p95 = `${constants.baselineP95}{resource="memory"}`;
const peak = `${constants.baselinePeak}{resource="memory"}`;
const usage = `quantile_over_time(0.95, ${used}${window})`;

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
      'Look at the panel "Memory of …" over a week. A step up at a restart is another model or another version; a slope that restarts reset is a leak, see [MlxHeadroomLow](#mlxheadroomlow).',
      "Above: record the new load (`mlx-headroom record W --scenario average` and `--scenario peak`), and compile anew.",
      "Below: the limit may be lowered, for the good of other programs, once a new recording confirms it.",
    ),
    macos:
      "The same. Memory used is the footprint there, compressed and swapped memory included, so that a model that was swapped out does not look like less.",
    prevent:
      "A server that unloads its model when nobody asks is low for days where nobody does: record an `idle` scenario for it, and silence this alert by its name.",
  },
  rules: (runbookUrl) => [
    {
      alert: name,
      expr: promql(`
        (
          ${usage}
            > on (workload) group_left ()
          max by (workload) (${above} * ${p95} or label_replace(${peak}, "of", "peak", "", ""))
            or
          ${usage}
            < on (workload) group_left ()
          ${below} * max by (workload) (${p95})
        )
          and
        count_over_time(${used}${window}) > ${seenSteps}
      `),
      forSeconds: 3600,
      labels: { severity: "info" },
      annotations: {
        summary: "The memory of {{workload}} on {{instance}} has left its baseline",
        description:
          "Its largest process stayed below {{usage}} in 95 % of the last 3 days. The same figure of the baseline is {{p95}}, and its peak {{peak}}.",
        runbook_url: runbookUrl,
      },
      fragments: {
        workload: label("workload"),
        instance: label("instance"),
        usage: bytes,
        p95: recorded(constants.baselineP95),
        peak: recorded(constants.baselinePeak),
      },
    },
  ],
  matrix: baselineDriftMatrix,
};

function recorded(constant: string): string {
  return amount(`max by (workload) (${alike(constant, ["workload"], 'resource="memory"')})`, [
    "workload",
  ]);
}
