import { ruleGroups } from "../../catalog/alerts.ts";
import { metrics } from "../../catalog/metrics.ts";
import type { Alert } from "./alert.ts";
import { alike, label, lookup, workloadLabels } from "./fragments.ts";
import { oomKilledMatrix } from "./matrix-oom-killed.ts";
import { promql } from "./promql.ts";

const name = "MlxOomKilled";

/** The kernel killed a process of a workload for lack of memory. No `for`: it has happened. */
export const oomKilled: Alert = {
  name,
  group: ruleGroups.exhaustion,
  rules: (runbookUrl) => [
    {
      alert: name,
      expr: promql(`increase(${metrics.workloadOomKills.name}[10m]) > 0`),
      labels: { severity: "critical" },
      annotations: {
        summary: "The kernel killed a process of {{workload}} on {{instance}} for lack of memory",
        description:
          "Kills in the last 10 minutes: {{kills}}. {{binding}} Whatever the process was working on is lost.",
        runbook_url: runbookUrl,
      },
      fragments: {
        workload: label("workload"),
        instance: label("instance"),
        kills: '{{ printf "%.0f" $value }}',
        // The killed process may have been the last, and its binding limit gone with it.
        binding: lookup(
          `last_over_time(${alike(metrics.workloadLimitBinding.name, workloadLabels, 'resource="memory"')}[15m])`,
          workloadLabels,
          'The memory limit that bound it was {{ . | first | label "source" }}, scope {{ . | first | label "scope" }}.',
          "Which memory limit bound it is not known.",
        ),
      },
    },
  ],
  matrix: oomKilledMatrix,
};
