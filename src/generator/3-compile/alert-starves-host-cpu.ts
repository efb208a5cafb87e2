import { ruleGroups } from "../../catalog/alerts.ts";
import { metrics } from "../../catalog/metrics.ts";
import type { Alert } from "./alert.ts";
import { alike, hostLabels, label, lookup, percentage, since } from "./fragments.ts";
import { starvesHostCpuMatrix } from "./matrix-starves-host-cpu.ts";
import { promql } from "./promql.ts";

const name = "MlxStarvesHostCpu";
const minute = 60;
const cores = metrics.hostCpuCores.name;
const workloadCpu = metrics.workloadCpuSeconds.name;
const idle = `sum by (job, instance) (rate(${metrics.hostCpuSeconds.name}{mode=~"idle|iowait"}[5m]))`;
const waiting = `rate(${metrics.hostPressureSeconds.name}{resource="cpu",kind="some"}[5m])`;

/** MLX keeps most of the host's CPUs busy, none is idle, and tasks wait for one. Never critical: they only wait. */
export const starvesHostCpu: Alert = {
  name,
  group: ruleGroups.starvation,
  carries: hostLabels,
  why: "MLX's CPU back end uses every core there is, and a server can do so without any request: `mlx-lm #1500` has an idle server that keeps a core busy, `mlx #4475` ranks that wait for each other at full speed. Whatever else runs there becomes slow.",
  needs: ["workloadCpuSeconds", "hostCpuCores", "hostCpuSeconds", "hostPressureSeconds"],
  runbook: {
    meaning:
      "For fifteen minutes the MLX workloads have used more than half of the host's CPUs while less than 5 % of them were idle; where the kernel says how long tasks wait for a CPU, they waited for more than a tenth of the time. Other programs are slow, and nothing is broken. A machine that has nothing else to do may ignore this.",
    linux:
      "`mlx-headroom ps` shows who uses how much, `cat /proc/pressure/cpu` who waits. Let others go first: `systemctl set-property UNIT CPUWeight=20`, or `renice 10 PID`; a bound that holds always is `systemctl set-property UNIT CPUQuota=400%` or `docker update --cpus 4 NAME`.",
    macos:
      "`mlx-headroom ps`, or `top -o cpu -l 2 | head -30`. Let others go first: `renice 10 -p PID`, `taskpolicy -b -p PID`, or `Nice` and `ProcessType` in the property list. A server that is busy without a request waits in a loop: upgrade `mlx-lm`.",
    prevent: "Give batch jobs a weight or a quota where they share a host.",
  },
  rules: (runbookUrl) => [
    {
      alert: name,
      expr: promql(`
        sum by (job, instance) (rate(${workloadCpu}[5m]))
          / on (job, instance)
        max by (job, instance) (${cores}) > 0.5
          and on (job, instance)
        ${idle} / on (job, instance) max by (job, instance) (${cores}) < 0.05
          unless on (job, instance)
        ${waiting} < 0.1
      `),
      forSeconds: 15 * minute,
      keepFiringForSeconds: 10 * minute,
      labels: { severity: "warning" },
      annotations: {
        summary: "MLX uses {{share}} of the CPUs of {{instance}}, and none is idle",
        description: "{{largest}} {{waiting}} This has been so for {{since}}.",
        runbook_url: runbookUrl,
      },
      fragments: {
        instance: label("instance"),
        share: percentage,
        largest: lookup(
          `sort_desc(topk(3, rate(${alike(workloadCpu, hostLabels)}[5m])))`,
          hostLabels,
          'Most is used by {{ range $index, $each := . }}{{ if $index }}, {{ end }}{{ .Labels.workload }} ({{ printf "%.1f" .Value }} cores){{ end }}.',
          "Which workload uses most is not known.",
        ),
        waiting: lookup(
          `rate(${alike(metrics.hostPressureSeconds.name, hostLabels, 'resource="cpu",kind="some"')}[5m])`,
          hostLabels,
          "Tasks wait for a CPU in {{ . | first | value | humanizePercentage }} of the time.",
          "How long tasks wait for a CPU is not known.",
        ),
        since: since(name, "warning", hostLabels),
      },
    },
  ],
  matrix: starvesHostCpuMatrix,
};
