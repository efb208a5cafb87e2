import { ruleGroups } from "../../catalog/alerts.ts";
import { metrics } from "../../catalog/metrics.ts";
import type { Alert } from "./alert.ts";
import { alike, label, lookup, workloadLabels } from "./fragments.ts";
import { workloadDownMatrix } from "./matrix-workload-down.ts";
import { promql } from "./promql.ts";
import { steps } from "./runbook-text.ts";

const name = "MlxWorkloadDown";

/** A workload that is expected to run has no process. */
export const workloadDown: Alert = {
  name,
  group: ruleGroups.lifecycle,
  carries: workloadLabels,
  why: "MLX aborts the whole process where another server would answer with an error (mlx-lm #854, #1390), and whoever started it by hand is not there to start it again.",
  needs: ["workloadProcesses", "workloadExpected"],
  runbook: {
    meaning:
      "A workload that is expected to run on this host has had no process for two minutes. The alert says how its last processes ended, if the exporter saw it. `oom_kill`: see [MlxOomKilled](#mlxoomkilled). `unknown`: it failed, or somebody or something stopped it, which only the process that started it was told; its own log says more. A missing model or a port in use are the usual reasons.",
    linux: steps(
      "`systemctl status UNIT`, `journalctl -u UNIT -n 50`; in a container `docker ps -a` and `docker logs NAME`.",
      "It runs, but under another name? `mlx-headroom ps --explain` says which workload each process was counted to.",
    ),
    macos: steps(
      "`launchctl print gui/$UID/LABEL` (last exit code and reason), then the log files named in the property list.",
      "It runs, but under another name? `mlx-headroom ps --explain`, as on Linux.",
    ),
    prevent:
      "It is not meant to run here any more: change `expect` of the workload in the exporter's configuration.",
  },
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
