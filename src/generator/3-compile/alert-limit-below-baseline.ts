import { constants, ruleGroups } from "../../catalog/alerts.ts";
import { metrics } from "../../catalog/metrics.ts";
import type { Alert } from "./alert.ts";
import { bindingOf, bytes, label, recordedPeak, workloadLabels } from "./fragments.ts";
import { limitBelowBaselineMatrix } from "./matrix-limit-below-baseline.ts";
import { constantOf, mostSpecific } from "./joins.ts";
import { promql } from "./promql.ts";
import { cases } from "./runbook-text.ts";

const name = "MlxLimitBelowBaseline";
const minute = 60;

/** The memory limit that binds is smaller than what one process was recorded to need. */
export const limitBelowBaseline: Alert = {
  name,
  group: ruleGroups.limits,
  carries: workloadLabels,
  why: "A limit under the peak ends the process in the middle of the request that needs it: MLX aborts instead of answering with an error (mlx-lm #854, #1015).",
  needs: ["workloadMemoryLimit"],
  runbook: {
    meaning:
      "The memory limit that binds the workload is smaller than the largest figure that was recorded of one process. It may run for days like this: the next peak reaches the limit, and the process is killed or an allocation fails.",
    linux: cases(
      "`cgroup`: raise it above the peak, with `systemctl set-property UNIT MemoryMax=24G`, `docker update --memory 24g --memory-swap 24g NAME` or `resources.limits.memory`. A limit further out counts too: the alert names the level.",
      "`rlimit_as`, `rlimit_data`: `prlimit --pid PID`; set `LimitAS` or `LimitDATA` of the unit, or leave them out.",
      "`host`: the machine itself is too small for the recorded peak. Fewer or smaller caches, a model with fewer bits per weight, or another machine.",
    ),
    macos:
      "`host`: the machine is too small for the recorded peak. `wired`: `sysctl iogpu.wired_limit_mb` is below it; raise it by steps and leave several GB to the system, or make the workload smaller (`--prompt-cache-bytes`, a smaller model).",
    prevent:
      "Let `mlx-headroom compile` write the limits, and record the workload again after a change of model or caches: a baseline of another model is told by [MlxBaselineMismatch](#mlxbaselinemismatch).",
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
          (left, on, right) => `${left}\n  < on (${on}) group_left ()\nmax by (${on}) (${right()})`,
        ),
      ),
      forSeconds: 10 * minute,
      // Which limit binds may change for a moment while the machine is short of memory.
      keepFiringForSeconds: 15 * minute,
      labels: { severity: "warning" },
      annotations: {
        summary: "The memory limit of {{workload}} on {{instance}} is below its recorded peak",
        description:
          "The limit is {{limit}}, the recorded peak of one process {{peak}}. {{binding}} The next peak ends a process.",
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
  matrix: limitBelowBaselineMatrix,
};
