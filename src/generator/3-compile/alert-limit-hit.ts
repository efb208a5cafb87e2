import { ruleGroups } from "../../catalog/alerts.ts";
import { metrics } from "../../catalog/metrics.ts";
import type { Alert } from "./alert.ts";
import { bindingSentence, label, resourceLabels } from "./fragments.ts";
import { limitHitMatrix } from "./matrix-limit-hit.ts";
import { promql } from "./promql.ts";

const name = "MlxLimitHit";
const minute = 60;

const memoryEvents = `${metrics.workloadMemoryLimitEvents.name}{event=~"high|max"}`;
const swapEvents = metrics.workloadSwapLimitEvents.name;
const threadsEvents = metrics.workloadThreadsLimitEvents.name;

/** A limit was reached: memory or swap for more than ten minutes, threads at once. OOM kills have an alert of their own. */
export const limitHit: Alert = {
  name,
  group: ruleGroups.exhaustion,
  carries: [...resourceLabels, "event"],
  why: "Between the first time that a limit is reached and the kill lie minutes in which a workload only becomes slow, or refuses work: MLX does not look at cgroups when it chooses its own limits, so the kernel's limit is the first that it meets.",
  needs: ["workloadMemoryLimitEvents", "workloadSwapLimitEvents", "workloadThreadsLimitEvents"],
  runbook: {
    meaning:
      "The kernel counted that a limit around the workload was reached. The event says which: `high`, it was above `memory.high` and is slowed down while memory is taken back; `max`, it was at `memory.max`, or at a limit on swap or tasks; `fail`, memory could not be swapped out. Reading a model fills a cgroup with file cache that is given back at the limit, so memory and swap must be reached in four windows of five minutes that follow each other; a refused thread or process is an error at once.",
    linux:
      "`mlx-headroom ps` shows limit and usage, `cat /sys/fs/cgroup/PATH/memory.events` the counters, `memory.pressure` how long tasks wait. Raise the limit (`systemctl set-property UNIT MemoryHigh=22G MemoryMax=24G`, `docker update --memory 24g NAME`) or shrink the workload as described under [MlxHeadroomLow](#mlxheadroomlow). For threads: `systemctl show -p TasksCurrent,TasksMax UNIT`, then `systemctl set-property UNIT TasksMax=512`; in a container `docker update --pids-limit 512 NAME`.",
    macos:
      "macOS counts no such events, and this alert never fires there: see [MlxHeadroomLow](#mlxheadroomlow) and [MlxSwappedOut](#mlxswappedout).",
    prevent:
      "Set `memory.high` a little above the recorded peak and `memory.max` above that, so that there is room between slow and dead.",
  },
  rules: (runbookUrl) => [
    {
      alert: name,
      expr: promql(`
        label_replace(${sustained(memoryEvents)}, "resource", "memory", "", "")
          or
        label_replace(${sustained(swapEvents)}, "resource", "swap", "", "")
          or
        label_replace(
          label_replace(increase(${threadsEvents}[5m]) > 0, "event", "max", "", ""),
          "resource", "threads", "", ""
        )
      `),
      forSeconds: 1 * minute,
      keepFiringForSeconds: 10 * minute,
      labels: { severity: "warning" },
      annotations: {
        summary: "{{workload}} on {{instance}} is at its {{resource}} limit",
        description:
          "{{effect}} This happened {{times}} times in 5 minutes (event {{event}}). {{binding}}",
        runbook_url: runbookUrl,
      },
      fragments: {
        workload: label("workload"),
        instance: label("instance"),
        resource: label("resource"),
        event: label("event"),
        times: '{{ printf "%.0f" $value }}',
        effect: [
          '{{ if eq $labels.resource "threads" }}The kernel refuses it new threads and processes.',
          '{{ else if eq $labels.resource "swap" }}The kernel cannot swap its memory out.',
          '{{ else if eq $labels.event "high" }}The kernel slows it down and takes memory back.',
          "{{ else }}The kernel takes memory back, and kills it where it finds none.{{ end }}",
        ].join(""),
        binding: bindingSentence,
      },
    },
  ],
  matrix: limitHitMatrix,
};

/** Events in each of four windows, which nothing that lasts ten minutes reaches. */
function sustained(counter: string): string {
  return ["", " offset 5m", " offset 10m", " offset 15m"]
    .map((offset) => `increase(${counter}[5m]${offset}) > 0`)
    .join(" and ");
}
