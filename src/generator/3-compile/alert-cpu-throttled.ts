import { ruleGroups } from "../../catalog/alerts.ts";
import { metrics } from "../../catalog/metrics.ts";
import type { Alert } from "./alert.ts";
import { alike, bindingOf, label, lookup, percentage, workloadLabels } from "./fragments.ts";
import { cpuThrottledMatrix } from "./matrix-cpu-throttled.ts";
import { promql } from "./promql.ts";

const name = "MlxCpuThrottled";
const minute = 60;

/** A CPU quota stops the workload again and again. It is slow, not dead: whoever looks may know, nobody is told. */
export const cpuThrottled: Alert = {
  name,
  group: ruleGroups.exhaustion,
  carries: workloadLabels,
  why: "A quota that is too small makes tokens slow and nothing else shows why: the CPU looks idle. MLX's CPU back end starts as many threads as the machine has cores, quota or not, and so uses a quota up early in each period.",
  needs: ["workloadCpuPeriods", "workloadCpuThrottledPeriods"],
  runbook: {
    meaning:
      "For fifteen minutes a CPU quota around the workload was used up early in more than a quarter of its periods, and its tasks had to wait for the next one. Answers are slower than they could be; nothing breaks. A tenth of the periods and less is usual.",
    linux:
      "`cat /sys/fs/cgroup/PATH/cpu.max` shows the quota, `cpu.stat` how often it was used up. Raise it with `systemctl set-property UNIT CPUQuota=400%` or `docker update --cpus 4 NAME`, or prefer weights (`CPUWeight=50`), which bound only where others want the CPU.",
    macos: "macOS has no CPU quotas, and this alert never fires there.",
    prevent: "Set a quota from the recorded peak of CPU, or none.",
  },
  rules: (runbookUrl) => [
    {
      alert: name,
      expr: promql(`
        rate(${metrics.workloadCpuThrottledPeriods.name}[5m])
          /
        rate(${metrics.workloadCpuPeriods.name}[5m]) > 0.25
      `),
      forSeconds: 15 * minute,
      keepFiringForSeconds: 15 * minute,
      labels: { severity: "info" },
      annotations: {
        summary: "{{workload}} on {{instance}} is throttled in {{share}} of its CPU periods",
        description:
          "It has been in more than a quarter of them for 15 minutes or more. Its tasks wait {{waits}}. {{binding}}",
        runbook_url: runbookUrl,
      },
      fragments: {
        workload: label("workload"),
        instance: label("instance"),
        share: percentage,
        waits: lookup(
          `rate(${alike(metrics.workloadCpuThrottledSeconds.name, workloadLabels)}[5m])`,
          workloadLabels,
          '{{ . | first | value | printf "%.2f" }} seconds in each second, summed over threads',
          "for an unknown time",
        ),
        binding: bindingOf("cpu"),
      },
    },
  ],
  matrix: cpuThrottledMatrix,
};
