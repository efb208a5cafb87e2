import { constants, ruleGroups } from "../../catalog/alerts.ts";
import { metrics } from "../../catalog/metrics.ts";
import type { Alert } from "./alert.ts";
import { alike, label, lasting, lookup } from "./fragments.ts";
import { baselineStaleMatrix } from "./matrix-baseline-stale.ts";
import { promql } from "./promql.ts";
import { reviewStepSeconds } from "./review.ts";
import { steps } from "./runbook-text.ts";

const name = "MlxBaselineStale";
const day = 24 * 3600;
/** Long enough that versions, models and habits have changed. */
const oldestSeconds = 90 * day;

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
  rules: (runbookUrl) => [
    {
      alert: name,
      expr: promql(`
        time() - max by (workload) (${constants.baselineRecorded}) > ${oldestSeconds}
          and on (workload)
        ${metrics.workloadProcesses.name}
      `),
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
          alike(constants.baselineRecorded, ["workload"]),
          ["workload"],
          '{{ . | first | label "grade" }}',
          "unknown",
        ),
      },
    },
  ],
  matrix: baselineStaleMatrix,
};
