import { ruleGroups } from "../../catalog/alerts.ts";
import { metrics } from "../../catalog/metrics.ts";
import type { Alert } from "./alert.ts";
import { amountLeft, bindingSentence, label, lasting, resourceLabels } from "./fragments.ts";
import { exhaustionPredictedMatrix } from "./matrix-exhaustion-predicted.ts";
import { nested, promql } from "./promql.ts";

const name = "MlxExhaustionPredicted";
const minute = 60;

/** Memory shrinks steadily and will be gone within four hours: time to act before anything is killed. */
export const exhaustionPredicted: Alert = {
  name,
  group: ruleGroups.exhaustion,
  carries: resourceLabels,
  why: "MLX servers that grow by a little with every request run for days and then take the machine along: `vllm-mlx #442` went from under 100 to 220 GB within hours, and `mlx-lm #883` ended in a kernel panic. A threshold tells of it minutes before, a slope hours before.",
  needs: [
    "workloadMemoryHeadroom",
    "workloadMemoryLimit",
    "workloadGpuMemoryHeadroom",
    "workloadGpuMemoryLimit",
    "workloadProcessStarts",
  ],
  runbook: {
    meaning:
      "Less than 40 % is left under the limit that binds, less was left twenty minutes ago than forty minutes ago and still less now, and at the pace of the last thirty minutes nothing is left within four hours. A model load is one step and a cache that fills and empties is a saw: neither looks like this, and for an hour after a start of a process the alert is silent. What happens at the limit is described under [MlxHeadroomLow](#mlxheadroomlow).",
    linux:
      "`mlx-headroom ps` shows which process grows, and under which limit. `journalctl -u UNIT -n 50`: does `Prompt Cache` still grow, and are requests longer or more than usual? Then caches fill, which ends by itself where `--prompt-cache-size` and `--prompt-cache-bytes` are set. If memory grows under even load it is a leak: restart with `systemctl restart UNIT` at a quiet moment. If the limit named is `host`, something else may be what grows: `ps aux --sort=-rss | head`.",
    macos:
      "`mlx-headroom ps` shows which process grows; `footprint PID` says whether in `IOAccelerator`, which is MLX's, or elsewhere. With the reporter, compare `mlx_workload_allocator_cache_bytes` with `mlx_workload_allocator_active_bytes`: much cache is cured by a cache limit (`MLX_HEADROOM_CACHE_LIMIT`), much active memory by smaller prompt caches. Restart with `launchctl kill SIGTERM gui/$UID/LABEL`, before it is killed: a killed process can leave wired memory behind.",
    prevent:
      "Cap what may grow: `--prompt-cache-bytes 4G`, `--prompt-cache-size 4`, a cache limit. A workload that fills its memory on purpose over hours needs a limit above what it fills.",
  },
  rules: (runbookUrl) => [
    {
      alert: name,
      expr: promql(
        [
          "(",
          nested(
            shrinking(
              "memory",
              metrics.workloadMemoryHeadroom.name,
              metrics.workloadMemoryLimit.name,
            ),
          ),
          "    or",
          nested(
            shrinking(
              "gpu_memory",
              metrics.workloadGpuMemoryHeadroom.name,
              metrics.workloadGpuMemoryLimit.name,
            ),
          ),
          ")",
          "  and on (job, instance, workload)",
          `changes(${metrics.workloadProcessStarts.name}[1h]) == 0`,
        ].join("\n"),
      ),
      forSeconds: 10 * minute,
      // The pace of half an hour changes from one evaluation to the next.
      keepFiringForSeconds: 10 * minute,
      labels: { severity: "warning" },
      annotations: {
        summary: "{{workload}} on {{instance}} will run out of {{resource}} in {{remaining}}",
        description:
          "It has shrunk steadily for 40 minutes or more, at last at a pace that leaves none in {{remaining}}. Left now: {{left}}. {{binding}}",
        runbook_url: runbookUrl,
      },
      fragments: {
        workload: label("workload"),
        instance: label("instance"),
        resource: label("resource"),
        remaining: lasting,
        left: amountLeft,
        binding: bindingSentence,
      },
    },
  ],
  matrix: exhaustionPredictedMatrix,
};

/**
 * Seconds until nothing is left, at the pace of half an hour. A line through a model load points at the limit, too;
 * only growth in two windows that follow each other tells a leak from a step and from a saw whose teeth are up to
 * fifty minutes long. Growth of less than 0.2 % of the limit is noise.
 */
function shrinking(resource: "memory" | "gpu_memory", headroom: string, limit: string): string {
  return `
    label_replace(
      (${headroom} > 0) / (-deriv(${headroom}[30m]) > 0) < 4 * 3600
        and
      ${headroom} / ${limit} < 0.4
        and
      (${headroom} offset 20m - ${headroom}) / ${limit} > 0.002
        and
      (${headroom} offset 40m - ${headroom} offset 20m) / ${limit} > 0.002,
      "resource", "${resource}", "", ""
    )
  `;
}
