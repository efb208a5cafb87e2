import { ruleGroups, scrapeJob } from "../../catalog/alerts.ts";
import { metrics } from "../../catalog/metrics.ts";
import type { Alert } from "./alert.ts";
import { alike, label, lookup, workloadLabels } from "./fragments.ts";
import { oomKilledMatrix } from "./matrix-oom-killed.ts";
import { promql } from "./promql.ts";

const name = "MlxOomKilled";

const kills = metrics.workloadOomKills.name;
/**
 * A model that does not fit dies while it loads, and the workload's counter may be scraped for the first time when it
 * says 1 already: `increase` sees no rise then. So a counter that was not there ten minutes ago counts from 0, if its
 * exporter was: kills from before an exporter was first scraped are no news.
 */
const recentKills = `
  increase(${kills}[10m]) > 0
  or
  (${kills} unless ${kills} offset 10m) > 0
    and on (job, instance)
  up{job="${scrapeJob}"} offset 10m == 1
`;

/** The kernel killed a process of a workload for lack of memory. No `for`: it has happened. */
export const oomKilled: Alert = {
  name,
  group: ruleGroups.exhaustion,
  rules: (runbookUrl) => [
    {
      alert: name,
      expr: promql(recentKills),
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
