import { ruleGroups } from "../../catalog/alerts.ts";
import { metrics } from "../../catalog/metrics.ts";
import type { Alert } from "./alert.ts";
import { alike, label, lookup, workloadLabels } from "./fragments.ts";
import { workloadRestartingMatrix } from "./matrix-workload-restarting.ts";
import { promql } from "./promql.ts";
import { cases, steps } from "./runbook-text.ts";
import { windowOf } from "./windows.ts";

const name = "MlxWorkloadRestarting";
const minute = 60;
/**
 * Three starts of each process within the window: more than a deployment and a second thought. `increase` extrapolates
 * to the edges of its window, so the threshold lies between two and three.
 */
const startsPerProcess = 2.5;

/** A workload that is expected to run is started again and again. Jobs that nobody expects may start as they like. */
export const workloadRestarting: Alert = {
  name,
  group: ruleGroups.lifecycle,
  carries: workloadLabels,
  why: "A supervisor that starts a crashing server anew loads the whole model each time, and on macOS each kill can strand its wired memory: in omlx #2855 and #2184 it was 233 restarts by launchd, and more than 400 GB wired without an owner.",
  needs: ["workloadProcessStarts", "workloadProcesses", "workloadExpected"],
  runbook: {
    meaning:
      "Each process of the workload was started three times or more within a quarter of an hour, counting only workloads that are expected to run here. Every start reads the model again, so the machine is busy with nothing but starting, and memory of killed processes may not come back.",
    linux: steps(
      "Stop the loop first: `systemctl stop UNIT`, `docker update --restart=no NAME && docker stop NAME`.",
      "How did they end? `systemctl status UNIT`, `journalctl -u UNIT -n 100`: `SIGABRT` with `Out of memory` is MLX itself, `oom-kill` the kernel (see [MlxOomKilled](#mlxoomkilled)), a Python traceback a missing model or a port in use.",
      "Start it once by hand with the unit's command line and read what it says.",
    ),
    macos: steps(
      "Stop the loop first: `launchctl bootout gui/$UID/LABEL`. A `KeepAlive` job that puts itself into the background is started for ever, and several of it run at once.",
      "How did they end? `launchctl print gui/$UID/LABEL` (last exit reason), `JetsamEvent-*.ips` and crash reports in `/Library/Logs/DiagnosticReports` and `~/Library/Logs/DiagnosticReports`.",
      "`mlx_host_memory_wired_unattributed_bytes` that stays high after the stop has no owner any more: only a reboot frees it.",
    ),
    prevent: cases(
      "Give the supervisor a limit: `StartLimitIntervalSec` and `StartLimitBurst` with `RestartSec`, `ThrottleInterval` in launchd.",
      "A workload that is restarted by design is silenced by its name, or is a job: `expect: never` in the exporter's configuration.",
    ),
  },
  rules: (runbookUrl, policy) => {
    const window = windowOf(policy, name);
    return [
      {
        alert: name,
        expr: promql(`
        increase(${metrics.workloadProcessStarts.name}[${window.text}])
          > ${startsPerProcess} * clamp_min(max_over_time(${metrics.workloadProcesses.name}[${window.text}]), 1)
          and
        ${metrics.workloadExpected.name} == 1
      `),
        forSeconds: minute,
        // One loop is one alert, though it may pause.
        keepFiringForSeconds: 15 * minute,
        labels: { severity: "warning" },
        annotations: {
          summary: "{{workload}} on {{instance}} is started again and again",
          description: `Processes started in the last ${window.spoken}: {{starts}}. {{exits}} Stop whatever starts it before looking for the cause.`,
          runbook_url: runbookUrl,
        },
        fragments: {
          workload: label("workload"),
          instance: label("instance"),
          starts: '{{ printf "%.0f" $value }}',
          exits: lookup(
            `increase(${alike(metrics.workloadProcessExits.name, workloadLabels)}[${window.text}]) > 0`,
            workloadLabels,
            'How they ended:{{ range . | sortByLabel "reason" }} {{ .Labels.reason }}{{ end }}.',
            "None of them was seen to end.",
          ),
        },
      },
    ];
  },
  matrix: workloadRestartingMatrix,
};
