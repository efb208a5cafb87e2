import { ruleGroups, scrapeJob } from "../../catalog/alerts.ts";
import { metrics } from "../../catalog/metrics.ts";
import type { Alert } from "./alert.ts";
import { alike, label, lookup, workloadLabels } from "./fragments.ts";
import { oomKilledMatrix } from "./matrix-oom-killed.ts";
import { promql } from "./promql.ts";
import { windowOf } from "./windows.ts";

const name = "MlxOomKilled";

const kills = metrics.workloadOomKills.name;
/**
 * A model that does not fit dies while it loads, and the workload's counter may be scraped for the first time when it
 * says 1 already: `increase` sees no rise then. So a counter that was not there ten minutes ago counts from 0, if its
 * exporter was: kills from before an exporter was first scraped are no news.
 */
const recentKills = (recent: string): string => `
  increase(${kills}[${recent}]) > 0
  or
  (${kills} unless ${kills} offset ${recent}) > 0
    and on (job, instance)
  up{job="${scrapeJob}"} offset ${recent} == 1
`;

/** The kernel killed a process of a workload for lack of memory. No `for`: it has happened. */
export const oomKilled: Alert = {
  name,
  group: ruleGroups.exhaustion,
  carries: workloadLabels,
  why: "MLX's CPU back end takes up to 80 % of the machine's memory, whatever its cgroup allows, and CUDA 95 % of the card for each process: what does not fit is killed, and a supervisor that starts it again has it killed again (`omlx #702` on macOS, `exo PR #2300` while it loads).",
  needs: ["workloadOomKills"],
  runbook: {
    meaning:
      "The kernel killed a process of the workload for lack of memory within the last ten minutes. Its work is lost; a supervisor may have restarted it already, and the restart will load the model again. A workload that is killed before it was ever scraped counts too, as long as its exporter was scraped ten minutes ago already.",
    linux: [
      "Was it the workload's own limit or the machine? `journalctl -k -g 'oom-kill' -n 5`: `constraint=CONSTRAINT_MEMCG` means a cgroup's limit, `CONSTRAINT_NONE` the whole machine. `systemctl show -p Result UNIT` says `oom-kill`.",
      'Own limit: compare the peak on the panel "Memory" of the workload\'s dashboard with the limit. Raise the limit, or shrink the workload as described under [MlxHeadroomLow](#mlxheadroomlow). Whole machine: something else took the memory. Give the workloads limits, so that the next one is killed alone. If it is killed again and again, stop the restarts first: `systemctl stop UNIT`.',
    ].join("\n\n"),
    macos:
      "Nothing counts such kills there, so this alert does not fire; [MlxStarvesHostMemory](#mlxstarveshostmemory) comes before them. To look: `JetsamEvent-*.ips` in `/Library/Logs/DiagnosticReports`; `launchctl print gui/$UID/LABEL` says `OS_REASON_JETSAM`. If it is killed again and again, stop the restarts first: `launchctl bootout gui/$UID/LABEL`.",
    prevent:
      "Set limits from a recorded peak, and tell MLX of them: `MLX_HEADROOM_MEMORY_LIMIT` below the cgroup's limit makes it wait instead of growing on.",
  },
  rules: (runbookUrl, policy) => {
    const { text: recent, spoken, seconds } = windowOf(policy, name);
    return [
      {
        alert: name,
        expr: promql(recentKills(recent)),
        labels: { severity: "critical" },
        annotations: {
          summary: "The kernel killed a process of {{workload}} on {{instance}} for lack of memory",
          description: `Kills in the last ${spoken}: {{kills}}. {{binding}} Whatever the process was working on is lost.`,
          runbook_url: runbookUrl,
        },
        fragments: {
          workload: label("workload"),
          instance: label("instance"),
          kills: '{{ printf "%.0f" $value }}',
          // The killed process may have been the last, and its binding limit gone with it.
          binding: lookup(
            `last_over_time(${alike(metrics.workloadLimitBinding.name, workloadLabels, 'resource="memory"')}[${(seconds + 300) / 60}m])`,
            workloadLabels,
            'The memory limit that bound it was {{ . | first | label "source" }}, scope {{ . | first | label "scope" }}.',
            "Which memory limit bound it is not known.",
          ),
        },
      },
    ];
  },
  matrix: oomKilledMatrix,
};
