import { constants, ruleGroups } from "../../catalog/alerts.ts";
import { metrics } from "../../catalog/metrics.ts";
import type { Policy } from "../../model/policy.ts";
import type { Alert } from "./alert.ts";
import { alike, amount, bytes, hostLabels, label, largestWorkloads } from "./fragments.ts";
import { memoryOverCommittedMatrix } from "./matrix-memory-over-committed.ts";
import { constantOf, mostSpecific } from "./joins.ts";
import { nested, promql } from "./promql.ts";

const name = "MlxMemoryOverCommitted";
const minute = 60;
const used = metrics.workloadMemoryUsed.name;
const total = metrics.hostMemoryTotal.name;

/** What each process of a workload was recorded to take at most, all of them together. */
function recordedOf(policy: Policy): string {
  return mostSpecific(
    policy,
    metrics.workloadProcesses.name,
    ["workload"],
    constantOf(constants.baselinePeak, 'resource="memory"', 'workload!=""'),
    (left, on, right) => `${left}\n  * on (${on}) group_left ()\nmax by (${on}) (${right()})`,
  );
}

/** Of each workload the first that is known: more than was recorded, what was recorded, what it uses. */
function whole(recorded: string): string {
  return [
    "sum by (job, instance) (",
    `  ${used} > on (job, instance, workload) (`,
    nested(nested(recorded)),
    "  )",
    "    or",
    nested(recorded),
    "    or",
    `  ${used}`,
    ")",
    "  > on (job, instance)",
    `max by (job, instance) (${total})`,
  ].join("\n");
}

/** The workloads that run on a host may take more together than it has. Nothing need be short yet. */
export const memoryOverCommitted: Alert = {
  name,
  group: ruleGroups.starvation,
  carries: hostLabels,
  why: "Each MLX server plans as if the machine were its own: with `mlx-lm PR #1252` nine of them on a Mac of 512 GB claimed three quarters of it each, and `mlx-omni-server #59` ran out when it had loaded three models at once. That they do not fit is known before they are busy at the same time.",
  needs: ["workloadProcesses", "workloadMemoryUsed", "hostMemoryTotal"],
  runbook: {
    meaning:
      "The recorded peaks of the workloads that run on the host, times their processes, and what workloads without a profile use now, add up to more than is installed. All is well until they are busy at the same time; then the machine swaps and kills.",
    linux:
      '`mlx-headroom ps` shows who uses how much now, and `mlx:baseline_peak{resource="memory"}` in Prometheus what each process may come to. Move a workload to another host, run fewer processes of it, or make it smaller (`--prompt-cache-bytes 4G`, `--decode-concurrency 8`). Until then give each a limit (`systemctl set-property UNIT MemoryMax=24G`), so that the one which grows is killed and not its neighbour.',
    macos:
      '`mlx-headroom ps` shows who uses how much now, and `mlx:baseline_peak{resource="memory"}` in Prometheus what each process may come to. Move a workload to another host, or make it smaller (`--prompt-cache-bytes 4G`, `MLX_HEADROOM_CACHE_LIMIT=4G`). Do not raise `iogpu.wired_limit_mb`: it takes from everybody else.',
    prevent:
      "Add up the peaks before a server is added to a host. A workload that was made smaller since it was recorded needs a new recording.",
  },
  rules: (runbookUrl, policy) => [
    {
      alert: name,
      expr: promql(whole(recordedOf(policy))),
      forSeconds: 10 * minute,
      keepFiringForSeconds: 15 * minute,
      labels: { severity: "warning" },
      annotations: {
        summary: "The workloads on {{instance}} may take {{claimed}}, and it has {{total}}",
        description:
          "{{claimed}} is what they were recorded to take at most, and use where nothing was recorded; installed are {{total}}, of which {{available}} are available now. {{largest}}",
        runbook_url: runbookUrl,
      },
      fragments: {
        instance: label("instance"),
        claimed: bytes,
        total: amount(alike(total, hostLabels), hostLabels),
        available: amount(alike(metrics.hostMemoryAvailable.name, hostLabels), hostLabels),
        largest: largestWorkloads,
      },
    },
  ],
  matrix: memoryOverCommittedMatrix,
};
