import { constants, ruleGroups } from "../../catalog/alerts.ts";
import { metrics } from "../../catalog/metrics.ts";
import type { AlertRule } from "../../model/plan.ts";
import type { Policy } from "../../model/policy.ts";
import type { Alert } from "./alert.ts";
import { label, lookup, workloadLabels } from "./fragments.ts";
import { baselineMismatchMatrix } from "./matrix-baseline-mismatch.ts";
import { constantOf, constantOfAlert, mostSpecific, type Spelling } from "./joins.ts";
import { promql } from "./promql.ts";
import { reviewIntervalSeconds } from "./review.ts";
import { steps } from "./runbook-text.ts";

const name = "MlxBaselineMismatch";

/** What may differ, how much that says of the figures, and how people call it. */
const facts = [
  { fact: "model", severity: "warning", called: "the model" },
  { fact: "mlx_version", severity: "info", called: "the MLX" },
] as const;

/** A workload runs another model, or another MLX, than its baseline was recorded with. */
export const baselineMismatch: Alert = {
  name,
  group: ruleGroups.review,
  carries: [...workloadLabels, "runtime", "model", "mlx_version"],
  why: "Weights are most of a workload's memory, so the baseline of another model says nothing; versions of MLX move caches and peaks (mlx-lm PR #917 took a peak from 50 GB to 28, #1757 kept every model ever loaded).",
  needs: ["workloadInfo", "workloadProcesses"],
  runbook: {
    meaning:
      "The workload runs with another model than its baseline was recorded with (warning), or with another version of MLX (information). Until it is recorded again, its limits and thresholds are those of something else. Silent where either side is not known: the version needs the [reporter](allocator.md).",
    linux: steps(
      "Was the change meant? `mlx-headroom ps --format json` names the model and the version that run.",
      'If it was, record again and let `mlx-headroom compile` write limits and thresholds anew. Until then watch the panel "Memory of …".',
      "If not, set the model in the unit, or pin the version of `mlx`.",
    ),
    macos: "The same; nothing of it depends on the system.",
    prevent:
      "Give workloads that differ in their model names of their own, by a rule on `--model` in the exporter's configuration. A server that loads whatever its clients name has no one baseline: record it with the largest.",
  },
  rules: (runbookUrl, policy) => facts.map((row) => rule(row, runbookUrl, policy)),
  matrix: baselineMismatchMatrix,
};

function rule(
  { fact, severity, called }: (typeof facts)[number],
  runbookUrl: string,
  policy: Policy,
): AlertRule {
  const known = constantOfAlert(policy, constants.baselineRecorded, ["workload"], `${fact}!=""`);
  return {
    alert: name,
    expr: promql(
      mostSpecific(
        policy,
        `${metrics.workloadInfo.name}{${fact}!=""}`,
        ["workload"],
        constantOf(constants.baselineRecorded),
        differing(fact),
      ),
    ),
    // A whole number of this group's evaluations.
    forSeconds: 8 * reviewIntervalSeconds,
    labels: { severity },
    annotations: {
      summary: `{{workload}} on {{instance}} does not run ${called} that its baseline was recorded with`,
      description: `It runs ${called} {{runs}}, and was recorded with {{recorded}}. Limits and thresholds are those of the recording.`,
      runbook_url: runbookUrl,
    },
    fragments: {
      workload: label("workload"),
      instance: label("instance"),
      runs: label(fact),
      recorded: lookup(
        known.expression,
        known.labels,
        `{{ . | first | label "${fact}" }}`,
        "something unknown",
      ),
    },
  };
}

/** What does not run now is not wrong: its facts are those it was last seen with. */
function differing(fact: string): Spelling {
  return (info, on, recorded) =>
    [
      info,
      `  and on (${on})`,
      recorded(`${fact}!=""`),
      `  unless on (${on}, ${fact})`,
      recorded(),
      "  and on (job, instance, workload)",
      `${metrics.workloadProcesses.name} > 0`,
    ].join("\n");
}
