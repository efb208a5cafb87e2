import { ruleGroups } from "../../catalog/alerts.ts";
import { metrics } from "../../catalog/metrics.ts";
import type { Alert } from "./alert.ts";
import { alike, label, lookup, workloadLabels } from "./fragments.ts";
import { rankMissingMatrix } from "./matrix-rank-missing.ts";
import { promql } from "./promql.ts";
import { steps } from "./runbook-text.ts";
import { windowOf } from "./windows.ts";

const name = "MlxRankMissing";
const minute = 60;

/**
 * A host has fewer ranks of a distributed run than it had, while others of the run live on. The usual run has one rank
 * on each host, so the others are sought on all hosts, and a host that knows the workload and no rank of it counts as 0.
 * One that tells nothing at all counts as nothing: MlxExporterDown speaks for it.
 *
 * A run that ended as a whole and came back smaller lost as many processes as it had ranks: that is no rank missing.
 */
const fewer = (recent: string): string => `
  (${metrics.workloadRanks.name} or 0 * ${metrics.workloadProcesses.name})
    < max_over_time(${metrics.workloadRanks.name}[${recent}])
    and on (job, workload)
  ${metrics.workloadRanks.name}
    and on (job, workload)
  (
    sum by (job, workload) (increase(${metrics.workloadProcessExits.name}[${recent}]))
      <
    sum by (job, workload) (max_over_time(${metrics.workloadRanks.name}[${recent}]))
  )
`;

/** A rank of a distributed run is gone, and the others wait for it. */
export const rankMissing: Alert = {
  name,
  group: ruleGroups.lifecycle,
  carries: workloadLabels,
  why: "The ranks that are left wait for the missing one for ever, without a log line and at full CPU (mlx #4475, a deadlock in `all_sum`); in exo #2176 one node's crash took the whole run along.",
  needs: ["workloadRanks", "workloadProcesses", "workloadProcessExits"],
  runbook: {
    meaning:
      "For two minutes a host has had fewer ranks of a distributed run than within the last hour, while other ranks of it still run there or elsewhere. The run does not finish: collective operations wait for every rank. It clears after an hour, or when the rank is back; what runs then is taken for what ought to run.",
    linux: steps(
      "On the host that the alert names: `journalctl -k -g oom-kill -n 5`, and the output of `mlx.launch`, which says which rank ended and how.",
      "End what is left: `mlx.launch` ends its own ranks; ranks whose parent is gone (`ps -o pid,ppid,args -C python3`, parent 1) are ended by pid, with SIGTERM.",
      "Start the run again as a whole. A rank cannot join a run that is under way.",
    ),
    macos: steps(
      "On the host that the alert names: crash reports and `JetsamEvent-*.ips` in `/Library/Logs/DiagnosticReports`; a host that rebooted is told by [MlxHostRebooted](#mlxhostrebooted).",
      "End what is left on all hosts with SIGTERM, by pid, and wait: killed ranks can leave wired memory behind.",
      "Start the run again as a whole, after `mlx.distributed_config` has checked the links.",
    ),
    prevent:
      "Give ranks the memory of the smallest host, and leave a margin there: the first host that is out of memory ends the run on all.",
  },
  rules: (runbookUrl, policy) => {
    // What ran within this time is what ought to run.
    const { text: recent, spoken } = windowOf(policy, name);
    return [
      {
        alert: name,
        expr: promql(fewer(recent)),
        forSeconds: 2 * minute,
        labels: { severity: "warning" },
        annotations: {
          summary: "A rank of {{workload}} is missing on {{instance}}",
          description:
            "{{ranks}} of {{before}} ranks still run there, and the others of the run wait for what is missing. {{exits}}",
          runbook_url: runbookUrl,
        },
        fragments: {
          workload: label("workload"),
          instance: label("instance"),
          ranks: "{{ $value }}",
          before: lookup(
            `max_over_time(${alike(metrics.workloadRanks.name, workloadLabels)}[${recent}])`,
            workloadLabels,
            "{{ . | first | value }}",
            "an unknown number of",
          ),
          exits: lookup(
            `increase(${alike(metrics.workloadProcessExits.name, workloadLabels)}[${recent}]) > 0`,
            workloadLabels,
            `Why processes ended in the last ${spoken}:{{ range . | sortByLabel "reason" }} {{ .Labels.reason }}{{ end }}.`,
            `No process of it was seen to end in the last ${spoken}.`,
          ),
        },
      },
    ];
  },
  matrix: rankMissingMatrix,
};
