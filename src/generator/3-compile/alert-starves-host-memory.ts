import { ruleGroups } from "../../catalog/alerts.ts";
import { metrics } from "../../catalog/metrics.ts";
import type { AlertRule } from "../../model/plan.ts";
import type { Alert } from "./alert.ts";
import {
  alike,
  amount,
  hostLabels,
  label,
  largestWorkloads,
  percentage,
  since,
} from "./fragments.ts";
import { starvesHostMemoryMatrix } from "./matrix-starves-host-memory.ts";
import { promql } from "./promql.ts";

const name = "MlxStarvesHostMemory";
const minute = 60;
const total = metrics.hostMemoryTotal.name;
const available = metrics.hostMemoryAvailable.name;
const pressure = metrics.hostMemoryPressureLevel.name;

/** What is left of the host's memory, and the level of pressure at which macOS says the same. */
const shortage = {
  warning: { share: 0.1, level: 2, forSeconds: 5 * minute },
  critical: { share: 0.03, level: 4, forSeconds: 2 * minute },
} as const;

/** Every other program on the host lacks memory, and MLX has most of it. One alert a host: nine small servers starve it as one large does. */
export const starvesHostMemory: Alert = {
  name,
  group: ruleGroups.starvation,
  carries: hostLabels,
  why: "A machine that runs out of memory takes everything on it along: `mlx-lm PR #1252` tells of nine servers that froze a Mac of 512 GB together, `mlx-lm #883` of a kernel panic, and `omlx #702` of programs that were killed for what others had taken.",
  needs: [
    "workloadMemoryUsed",
    "hostMemoryTotal",
    "hostMemoryAvailable",
    "hostMemoryPressureLevel",
  ],
  runbook: {
    meaning:
      "Less than 10 % of the host's memory is available (critical: 3 %), or macOS's kernel says that memory is short (critical: very short), and the MLX workloads together hold half of it or more. Other programs swap, stall, and are killed next, the terminal that you work in among them.",
    linux:
      "`free -h` and `mlx-headroom ps` show what has what. Stop the workload that is needed least with `systemctl stop UNIT` or `docker stop NAME`, and wait for it. If the machine hardly answers, that is worth more than any search. Then give each workload a limit (`systemctl set-property UNIT MemoryMax=24G`), so that the next shortage is its own.",
    macos:
      "`memory_pressure` and `top -o mem -l 1 | head -30`. Stop the workload that is needed least with `launchctl kill SIGTERM gui/$UID/LABEL`, and wait: a process that is killed with SIGKILL can leave its wired memory behind until the next boot. There are no memory limits from outside on macOS: cap the caches, load fewer models, and start the servers with `MLX_HEADROOM_MEMORY_LIMIT`.",
    prevent:
      "Let the recorded peaks of all workloads of a host add up to less than its memory: [MlxMemoryOverCommitted](#mlxmemoryovercommitted) says when they do not.",
  },
  rules: (runbookUrl) => [rule(runbookUrl, "warning"), rule(runbookUrl, "critical")],
  matrix: starvesHostMemoryMatrix,
};

function rule(runbookUrl: string, severity: keyof typeof shortage): AlertRule {
  const { share, level, forSeconds } = shortage[severity];
  return {
    alert: name,
    expr: promql(`
      sum by (job, instance) (${metrics.workloadMemoryUsed.name})
        / on (job, instance)
      max by (job, instance) (${total}) > 0.5
        and on (job, instance)
      (${available} / ${total} < ${share} or ${pressure} >= ${level})
    `),
    forSeconds,
    keepFiringForSeconds: 5 * minute,
    labels: { severity },
    annotations: {
      summary: "MLX holds {{share}} of the memory of {{instance}}, and other programs lack it",
      description:
        "Available: {{available}} of {{total}}. {{largest}} Memory has been short for {{since}}.",
      runbook_url: runbookUrl,
    },
    fragments: {
      instance: label("instance"),
      share: percentage,
      available: amount(alike(available, hostLabels), hostLabels),
      total: amount(alike(total, hostLabels), hostLabels),
      largest: largestWorkloads,
      since: since(name, severity, hostLabels),
    },
  };
}
