import { constants, ruleGroups } from "../../catalog/alerts.ts";
import { metrics } from "../../catalog/metrics.ts";
import type { Policy } from "../../model/policy.ts";
import type { Alert } from "./alert.ts";
import { alike, amount, label, workloadLabels } from "./fragments.ts";
import { workloadWithoutBaselineMatrix } from "./matrix-workload-without-baseline.ts";
import { constantOf, withoutAny } from "./joins.ts";
import { promql } from "./promql.ts";
import { reviewStepSeconds } from "./review.ts";
import { steps } from "./runbook-text.ts";
import { windowOf, type Window } from "./windows.ts";

const name = "MlxWorkloadWithoutBaseline";

/** A workload has become part of the house and was never recorded, where others were: nobody asks for the first profile. */
export const workloadWithoutBaseline: Alert = {
  name,
  group: ruleGroups.review,
  carries: workloadLabels,
  stepSeconds: reviewStepSeconds,
  why: "The server that somebody started last week is the one without a limit: nine servers that each planned with 75 % of the machine had 464 of 512 GB wired (mlx-lm PR #1252).",
  needs: ["workloadProcesses"],
  runbook: {
    meaning:
      "The workload runs, ran a day ago too, and has no recorded baseline, while other workloads of this Prometheus have one. It is judged by default thresholds, and nothing says which limit it needs.",
    linux: steps(
      "Record it: `mlx-headroom record W --scenario average`, then `--scenario peak`, or from history with `--from-prometheus URL`.",
      "`mlx-headroom profile W`, then `mlx-headroom compile`.",
      "It is one that has a baseline, under another name? `mlx-headroom ps --explain` says which rule named it; a rule in the exporter's configuration gives it the name of the baseline.",
    ),
    macos: "The same; nothing of it depends on the system.",
    prevent:
      "Name workloads in the exporter's configuration, so that a change of model does not make a new one. One that nobody needs to know is silenced by its name.",
  },
  rules: (runbookUrl, policy) => [
    {
      alert: name,
      expr: promql(
        withoutAny(
          policy,
          settledAmongRecorded(windowOf(policy, name)),
          ["workload"],
          constantOf(constants.baselineRecorded),
        ),
      ),
      forSeconds: 3600,
      labels: { severity: "info" },
      annotations: {
        summary: "{{workload}} on {{instance}} has no baseline",
        description: `It runs, and ran ${settledSince(policy)} ago. Its largest process uses {{used}} now; what it needs at its peak is not known, so it is judged by default thresholds.`,
        runbook_url: runbookUrl,
      },
      fragments: {
        workload: label("workload"),
        instance: label("instance"),
        used: amount(alike(metrics.workloadMemoryUsedMax.name, workloadLabels), workloadLabels),
      },
    },
  ],
  matrix: workloadWithoutBaselineMatrix,
};

/** Who runs now and ran a window ago is here to stay. */
function settledAmongRecorded({ text }: Window): string {
  return [
    `${metrics.workloadProcesses.name} > 0`,
    "  and",
    `${metrics.workloadProcesses.name} offset ${text} > 0`,
    "  and on ()",
    constants.baselineRecorded,
  ].join("\n");
}

function settledSince(policy: Policy): string {
  const { spoken } = windowOf(policy, name);
  return spoken === "day" ? "a day" : spoken === "hour" ? "an hour" : spoken;
}
