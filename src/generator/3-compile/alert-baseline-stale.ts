import { constants, ruleGroups } from "../../catalog/alerts.ts";
import { metrics } from "../../catalog/metrics.ts";
import type { Policy } from "../../model/policy.ts";
import type { Alert } from "./alert.ts";
import { label, lasting, lookup } from "./fragments.ts";
import { baselineStaleMatrix } from "./matrix-baseline-stale.ts";
import { bothWays, constantOf, constantOfAlert } from "./joins.ts";
import { nested, promql } from "./promql.ts";
import { reviewStepSeconds } from "./review.ts";
import { steps } from "./runbook-text.ts";

const name = "MlxBaselineStale";

/** The newest recording of a workload that still runs is old. One alert for each workload: its hosts share the baseline. */
export const baselineStale: Alert = {
  name,
  group: ruleGroups.review,
  carries: ["workload"],
  stepSeconds: reviewStepSeconds,
  why: "Limits and thresholds are as good as the recording they come from: caches and their defaults change between releases of mlx-lm (#906, #1392, #1409), and with them the peak.",
  needs: ["workloadProcesses"],
  runbook: {
    meaning:
      "The newest recording behind the workload's baseline is more than 90 days old, and the workload is still in use. Its limits and thresholds may not fit any more, in either direction.",
    linux: steps(
      "Record it again, under the load of an ordinary and of a busy hour: `mlx-headroom record W --scenario average`, then `--scenario peak`.",
      "Make the profile and the files anew: `mlx-headroom profile W`, then `mlx-headroom compile`; read the diff.",
    ),
    macos: "The same; nothing of it depends on the system.",
    prevent:
      "A date in the calendar. If nothing has changed, a new recording that confirms the old one is worth its minutes: it raises the grade.",
  },
  rules: (runbookUrl, policy) => {
    const known = constantOfAlert(policy, constants.baselineRecorded, ["workload"]);
    return [
      {
        alert: name,
        expr: promql(overdue(policy)),
        forSeconds: 3600,
        labels: { severity: "info" },
        annotations: {
          summary: "The baseline of {{workload}} is {{age}} old",
          description:
            "Its limits and thresholds rest on recordings of grade {{grade}}, the newest of which was made that long ago. Record it again.",
          runbook_url: runbookUrl,
        },
        fragments: {
          workload: label("workload"),
          age: lasting,
          grade: lookup(
            known.expression,
            known.labels,
            '{{ . | first | label "grade" }}',
            "unknown",
          ),
        },
      },
    ];
  },
  matrix: baselineStaleMatrix,
};

const recorded = constantOf(constants.baselineRecorded);

/** By class of hosts where baselines are; a host has one of them, and none is said to be stale that nobody uses. */
function overdue(policy: Policy): string {
  const [narrow, broad] = bothWays(policy, ["workload"]);
  const { workloadProcesses } = metrics;
  if (narrow === undefined) return overdueBy(policy, broad.on, recorded(), workloadProcesses.name);
  const others = [
    "(",
    `  ${workloadProcesses.name}`,
    `    unless on (${narrow.on})`,
    `  ${recorded(...narrow.matchers)}`,
    ")",
  ].join("\n");
  return [
    overdueBy(policy, narrow.on, recorded(...narrow.matchers), workloadProcesses.name),
    "or",
    overdueBy(policy, broad.on, recorded(...broad.matchers), others),
  ].join("\n");
}

function overdueBy(policy: Policy, on: string, constant: string, processes: string): string {
  const age = `time() - max by (${on}) (${constant})`;
  return [...olderThanAllowed(policy, age), `  and on (${on})`, processes].join("\n");
}

/** Workloads that are to be reviewed sooner or later than the others have a constant that says so. */
function olderThanAllowed(policy: Policy, age: string): readonly string[] {
  const usual = policy.reviewEverySeconds;
  const differs = Object.values(policy.workloads).some(
    ({ reviewEverySeconds = usual }) => reviewEverySeconds !== usual,
  );
  if (!differs) return [`${age} > ${usual}`];
  return [
    "(",
    `  ${age}`,
    "    > on (workload) group_left ()",
    `  max by (workload) (${constants.reviewThreshold})`,
    "    or",
    "  (",
    nested(nested(age)),
    "      unless on (workload)",
    `    ${constants.reviewThreshold}`,
    `  ) > ${usual}`,
    ")",
  ];
}
