import { constants, ruleGroups } from "../../catalog/alerts.ts";
import { metrics } from "../../catalog/metrics.ts";
import type { AlertRule } from "../../model/plan.ts";
import type { Policy } from "../../model/policy.ts";
import type { Alert } from "./alert.ts";
import { alike, amount, label, lookup, resourceLabels, workloadLabels } from "./fragments.ts";
import { limitMissingMatrix } from "./matrix-limit-missing.ts";
import { constantOf, figureOfAlert, mostSpecific, withoutAny } from "./joins.ts";
import { promql } from "./promql.ts";
import { steps } from "./runbook-text.ts";

const name = "MlxLimitMissing";
const minute = 60;
const peak = constantOf(constants.baselinePeak, 'resource="memory"');
const unlimited = [
  `${metrics.workloadLimited.name}{resource="memory"} == 0`,
  "  unless on (job, instance)",
  metrics.hostMemoryWired.name,
].join("\n");

/**
 * No memory limit narrower than the machine holds a process of the workload. A warning where a baseline is there to
 * take one from, else for information. macOS knows no such limit, so nothing could be mended there; it is recognised by
 * the memory that only its hosts tell of.
 */
export const limitMissing: Alert = {
  name,
  group: ruleGroups.limits,
  carries: resourceLabels,
  why: "MLX plans with the whole machine and caps nothing of its own on CUDA (exo PR #2300); one server without a limit takes the memory of every other program (mlx-lm #883 grew until a 96 GB machine went down).",
  needs: ["workloadLimited"],
  runbook: {
    meaning:
      "For a quarter of an hour at least one process of the workload has run without any memory limit but the machine's own. Nothing is wrong yet: if the workload leaks or is asked too much, the kernel chooses a victim among all programs of the host instead of ending this one. It is a warning where a baseline says which limit would fit, else information.",
    linux: steps(
      "`mlx-headroom ps` names the limits of each process; `cat /proc/PID/cgroup` says which cgroup it is in.",
      "Set one above the recorded peak: `systemctl set-property UNIT MemoryMax=24G`, in a container `docker update --memory 24g --memory-swap 24g NAME`, in Kubernetes `resources.limits.memory`.",
      "Started by hand: `systemd-run --user --scope -p MemoryMax=24G mlx_lm.server …`.",
    ),
    macos:
      "The alert is silent there: no limit on the memory of one process exists. What can be done is `MLX_HEADROOM_MEMORY_LIMIT` under the [reporter](allocator.md), the server's own caches (`--prompt-cache-bytes`), and `iogpu.wired_limit_mb` for the whole machine; see [macos.md](macos.md).",
    prevent:
      "Put the limit into the unit, the Compose file or the pod, not on the running process. A workload that may take the whole machine gets a silence in Alertmanager.",
  },
  rules: (runbookUrl, policy) => [
    rule("warning", withBaseline, runbookUrl, policy),
    rule("info", withoutAny, runbookUrl, policy),
  ],
  matrix: limitMissingMatrix,
};

function withBaseline(...[policy, left, key, constant]: Parameters<typeof withoutAny>): string {
  return mostSpecific(
    policy,
    left,
    key,
    constant,
    (unheld, on, recorded) => `${unheld}\n  and on (${on})\n${recorded()}`,
  );
}

function rule(
  severity: "warning" | "info",
  judged: typeof withoutAny,
  runbookUrl: string,
  policy: Policy,
): AlertRule {
  const recorded = figureOfAlert(policy, constants.baselinePeak, ["workload"], 'resource="memory"');
  return {
    alert: name,
    expr: promql(judged(policy, unlimited, ["workload"], peak)),
    forSeconds: 15 * minute,
    // A restart takes the series away for a moment, and changes nothing.
    keepFiringForSeconds: 15 * minute,
    labels: { severity },
    annotations: {
      summary: "No memory limit holds {{workload}} on {{instance}}",
      description:
        "Its largest process uses {{used}} now and may take all of the machine's memory: the kernel would then end any program of the host. {{peak}}",
      runbook_url: runbookUrl,
    },
    fragments: {
      workload: label("workload"),
      instance: label("instance"),
      used: amount(alike(metrics.workloadMemoryUsedMax.name, workloadLabels), workloadLabels),
      peak: lookup(
        recorded.expression,
        recorded.labels,
        "Its recorded peak is {{ . | first | value | humanize1024 }}B, and a limit belongs above that.",
        "It has no recorded baseline to take a limit from.",
      ),
    },
  };
}
