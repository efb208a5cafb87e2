import { constants, ruleGroups } from "../../catalog/alerts.ts";
import { metrics } from "../../catalog/metrics.ts";
import type { Alert } from "./alert.ts";
import { bindingOf, bytes, label, recordedPeak, workloadLabels } from "./fragments.ts";
import { limitFarAboveBaselineMatrix } from "./matrix-limit-far-above-baseline.ts";
import { constantOf, mostSpecific, type ConstantOf } from "./joins.ts";
import { nested, promql } from "./promql.ts";

const name = "MlxLimitFarAboveBaseline";
const hour = 3600;
/** How many times the recorded peak a limit may be. */
const factor = 2;
/** And how much of the machine may lie between the two: less starves nobody, whatever the factor. */
const shareOfHost = 0.1;

/** The memory limit is so wide that it would stop nothing in time. The machine's own size is MlxLimitMissing's business. */
export const limitFarAboveBaseline: Alert = {
  name,
  group: ruleGroups.limits,
  carries: workloadLabels,
  stepSeconds: 60,
  why: "A leak is stopped by a limit only after it has taken all that lies between peak and limit from everybody else: mlx-lm #1807 grew from 24 GB past 30 GB over days, vllm-mlx #442 to 220 GB within hours.",
  needs: ["workloadMemoryLimit", "workloadLimitBinding", "hostMemoryTotal"],
  runbook: {
    meaning:
      "The memory limit of the workload is more than twice its recorded peak, and what lies between the two is more than a tenth of the machine. It protects the machine, and hardly anybody on it.",
    linux:
      "Lower it to the peak with a margin, a quarter above it for example: `systemctl set-property UNIT MemoryMax=24G`, `docker update --memory 24g --memory-swap 24g NAME`, `resources.limits.memory`. If the level that binds holds several workloads, its limit belongs above the sum of their peaks, and each gets one of its own.",
    macos:
      "Silent there: what binds is the machine or its wired limit, which is everybody's. See [MlxLimitMissing](#mlxlimitmissing) for what can be done.",
    prevent:
      "If the baseline misses what the workload is really asked for, record that (scenario `peak` or `edge:…`) instead of lowering the limit.",
  },
  rules: (runbookUrl, policy) => [
    {
      alert: name,
      expr: promql(
        mostSpecific(
          policy,
          metrics.workloadMemoryLimit.name,
          ["workload"],
          constantOf(constants.baselinePeak, 'resource="memory"'),
          farAbove,
        ),
      ),
      forSeconds: hour,
      labels: { severity: "info" },
      annotations: {
        summary: "The memory limit of {{workload}} on {{instance}} is far above its recorded peak",
        description:
          "The limit is {{limit}}, the recorded peak of one process {{peak}}. {{binding}} A leak would take the difference from other programs before it is stopped.",
        runbook_url: runbookUrl,
      },
      fragments: {
        workload: label("workload"),
        instance: label("instance"),
        limit: bytes,
        peak: recordedPeak(policy),
        binding: bindingOf("memory"),
      },
    },
  ],
  matrix: limitFarAboveBaselineMatrix,
};

function farAbove(limit: string, on: string, peak: ConstantOf): string {
  return [
    limit,
    `  > on (${on}) group_left ()`,
    `${factor} * max by (${on}) (${peak()})`,
    "  and",
    "(",
    nested(limit),
    `    - on (${on}) group_left ()`,
    `  max by (${on}) (${peak()})`,
    ")",
    "  > on (job, instance) group_left ()",
    `${shareOfHost} * max by (job, instance) (${metrics.hostMemoryTotal.name})`,
    "  and on (job, instance, workload)",
    `${metrics.workloadLimitBinding.name}{resource="memory",source!~"host|wired"}`,
  ].join("\n");
}
