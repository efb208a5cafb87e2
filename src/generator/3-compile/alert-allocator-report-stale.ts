import { ruleGroups } from "../../catalog/alerts.ts";
import { metrics } from "../../catalog/metrics.ts";
import type { Alert } from "./alert.ts";
import { label, lasting, workloadLabels } from "./fragments.ts";
import { allocatorReportStaleMatrix } from "./matrix-allocator-report-stale.ts";
import { promql } from "./promql.ts";
import { steps } from "./runbook-text.ts";

const name = "MlxAllocatorReportStale";
const minute = 60;
/** Reports come every few seconds. This is far more, also for a host whose clock is not Prometheus' by a minute or two. */
const oldestSeconds = 10 * minute;

/** A process that reported of its allocator has stopped to, and lives: its figures are absent, or it hangs. */
export const allocatorReportStale: Alert = {
  name,
  group: ruleGroups.pipeline,
  carries: workloadLabels,
  why: "A report is written by a thread that needs Python's lock, so one that stays away means a process that hangs inside MLX (mlx #2821, a hang after running out of CUDA memory), or a full disk.",
  needs: ["workloadAllocatorReportTime", "workloadProcesses"],
  runbook: {
    meaning:
      "A process of the workload runs, and has not reported of its allocator for ten minutes, though it did before. What its allocator holds is not known, so [MlxCacheDominates](#mlxcachedominates) is silent; and a process that cannot report often cannot answer either.",
    linux: steps(
      "Does it answer? Ask it for a token, as under [MlxWorkloadStuck](#mlxworkloadstuck). If not, go on there.",
      "`df -h /run` and `ls -l /run/mlx-headroom`: the disk is full, or the folder is not the process's to write any more.",
      "`py-spy dump --pid PID` shows the thread `mlx-headroom`: without it, its last line in the log of the server says why it ended.",
    ),
    macos: steps(
      "Does it answer? As on Linux; `sample PID 5` shows where it hangs.",
      "`ls -l` in the folder of `MLX_HEADROOM_REPORT_DIR`: is its disk full, is it still there?",
    ),
    prevent:
      "The clocks of hosts must be right: a host that is ten minutes slow looks like this, and spoils every rate too. Run `chronyd`, or macOS's own time server.",
  },
  rules: (runbookUrl) => [
    {
      alert: name,
      expr: promql(`
        time() - ${metrics.workloadAllocatorReportTime.name} > ${oldestSeconds}
          and
        ${metrics.workloadProcesses.name} > 0
      `),
      forSeconds: 2 * minute,
      labels: { severity: "warning" },
      annotations: {
        summary: "{{workload}} on {{instance}} does not report of its allocator any more",
        description:
          "The process that has been silent longest last reported {{age}} ago, and it still runs. What its allocator holds is not known.",
        runbook_url: runbookUrl,
      },
      fragments: { workload: label("workload"), instance: label("instance"), age: lasting },
    },
  ],
  matrix: allocatorReportStaleMatrix,
};
