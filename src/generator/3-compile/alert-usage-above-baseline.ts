import { constants, ruleGroups } from "../../catalog/alerts.ts";
import { metrics } from "../../catalog/metrics.ts";
import type { AlertRule } from "../../model/plan.ts";
import type { Policy } from "../../model/policy.ts";
import type { Alert } from "./alert.ts";
import { bindingSentence, label, lookup, resourceLabels, since } from "./fragments.ts";
import { usageAboveBaselineMatrix } from "./matrix-usage-above-baseline.ts";
import { constantOf, figureOfAlert, mostSpecific } from "./joins.ts";
import { dedented, promql } from "./promql.ts";

const name = "MlxUsageAboveBaseline";
const minute = 60;

/** CPU passes by itself, so nobody is told: memory does not. */
export const usageSeverity = { memory: "warning", gpu_memory: "warning", cpu: "info" } as const;

/** A process uses more than was ever recorded. Only where there is a profile: nothing else says what is too much. */
export const usageAboveBaseline: Alert = {
  name,
  group: ruleGroups.exhaustion,
  carries: resourceLabels,
  why: "Limits and alerts are made from a recorded peak, and hold only while it is one. Memory that leaves it is the first sign of a leak, of longer contexts or of another model: under `mlx-lm #1807` a server of 16 GB with a cache cap of 8 GB went over 30 GB within days.",
  needs: [
    "workloadMemoryUsedMax",
    "workloadGpuMemoryMax",
    "workloadCpuSeconds",
    "workloadProcesses",
  ],
  runbook: {
    meaning:
      "The largest process of the workload uses more memory, for ten minutes, or more CPU, for fifteen, than its profile allows: the recorded peak and a margin of 5 % (grade A), 10 % (B) or 20 % (C); for CPU, which is averaged over the workload's processes, 95th percentiles stand for peaks. Nothing has run out yet, but the limits and alerts that were made from the profile no longer fit. A workload without a profile is never judged here.",
    linux:
      "`mlx-headroom ps` shows which process it is. Compare what runs with what was recorded: `tr '\\0' ' ' < /proc/PID/cmdline` shows model and flags, `journalctl -u UNIT -n 50` shows how long prompts are and how many are served at once. Memory that climbs for hours under even load is a leak: restart with SIGTERM, and cap the caches (`--prompt-cache-size 4`, `--prompt-cache-bytes 4G`).",
    macos:
      "`mlx-headroom ps` shows which process it is, and `footprint PID` what its memory is made of; Activity Monitor's column Memory is the same figure, `ps` shows far less, since it leaves GPU memory out. Compare model, flags and load with those of the recording. Restart with `launchctl kill SIGTERM gui/$UID/LABEL`, never with SIGKILL.",
    prevent:
      "If the new use is the wanted one, record it again (`mlx-headroom record`), and compile profile, rules and limits anew.",
  },
  rules: (runbookUrl, policy) => [
    rule(runbookUrl, policy, usageSeverity.memory, 10 * minute, memory, {
      used: "{{ $value | humanize1024 }}B",
      allowed: "{{ . | first | value | humanize1024 }}B",
    }),
    rule(runbookUrl, policy, usageSeverity.cpu, 15 * minute, cpu, {
      used: '{{ printf "%.2f" $value }} cores',
      allowed: '{{ . | first | value | printf "%.2f" }} cores',
    }),
  ],
  matrix: usageAboveBaselineMatrix,
};

/** More than the profile allows. */
function aboveThreshold(policy: Policy, usage: string): string {
  return mostSpecific(
    policy,
    dedented(usage),
    ["workload", "resource"],
    constantOf(constants.usageThreshold, 'workload!=""'),
    (left, on, right) => `${left}\n> on (${on}) group_left ()\nmax by (${on}) (${right()})`,
  );
}

const memory = `
  (
    label_replace(${metrics.workloadMemoryUsedMax.name}, "resource", "memory", "", "")
      or
    label_replace(${metrics.workloadGpuMemoryMax.name}, "resource", "gpu_memory", "", "")
  )
`;

/** Per process, as profiles are: by the most processes there were in those minutes. */
const cpu = `
  label_replace(
    rate(${metrics.workloadCpuSeconds.name}[5m])
      /
    (max_over_time(${metrics.workloadProcesses.name}[5m]) > 0),
    "resource", "cpu", "", ""
  )
`;

function rule(
  runbookUrl: string,
  policy: Policy,
  severity: "warning" | "info",
  forSeconds: number,
  usage: string,
  { used, allowed }: { readonly used: string; readonly allowed: string },
): AlertRule {
  const mine = figureOfAlert(policy, constants.usageThreshold, ["workload", "resource"]);
  return {
    alert: name,
    expr: promql(aboveThreshold(policy, usage)),
    forSeconds,
    keepFiringForSeconds: 15 * minute,
    labels: { severity },
    annotations: {
      summary: "{{workload}} on {{instance}} uses more {{resource}} than was ever recorded of it",
      description:
        "One process of it uses {{used}} of {{resource}}, and its baseline allows {{allowed}}. It has for {{since}}. {{binding}}",
      runbook_url: runbookUrl,
    },
    fragments: {
      workload: label("workload"),
      instance: label("instance"),
      resource: label("resource"),
      used,
      allowed: lookup(mine.expression, mine.labels, allowed, "less"),
      since: since(name, severity),
      binding: bindingSentence,
    },
  };
}
