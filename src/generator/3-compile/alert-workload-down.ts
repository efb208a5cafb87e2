import { ruleGroups } from "../../catalog/alerts.ts";
import { metrics } from "../../catalog/metrics.ts";
import type { Alert } from "./alert.ts";
import { alike, label, lookup, workloadLabels } from "./fragments.ts";
import { workloadDownMatrix } from "./matrix-workload-down.ts";
import { promql } from "./promql.ts";

const name = "MlxWorkloadDown";

/** A workload that is expected to run has no process. */
export const workloadDown: Alert = {
  name,
  group: ruleGroups.lifecycle,
  rules: (runbookUrl) => [
    {
      alert: name,
      expr: promql(`
        ${metrics.workloadProcesses.name} == 0
          and
        ${metrics.workloadExpected.name} == 1
      `),
      forSeconds: 2 * 60,
      labels: { severity: "warning" },
      annotations: {
        summary: "No process of {{workload}} runs on {{instance}}",
        description: "It is expected to run there and has not for 2 minutes or more. {{exits}}",
        runbook_url: runbookUrl,
      },
      fragments: {
        workload: label("workload"),
        instance: label("instance"),
        exits: lookup(
          `increase(${alike(metrics.workloadProcessExits.name, workloadLabels)}[15m]) > 0`,
          workloadLabels,
          'Why processes ended in the last 15 minutes:{{ range . | sortByLabel "reason" }} {{ .Labels.reason }}{{ end }}.',
          "No process of it was seen to end in the last 15 minutes.",
        ),
      },
    },
  ],
  matrix: workloadDownMatrix,
};
