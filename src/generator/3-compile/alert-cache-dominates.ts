import { ruleGroups } from "../../catalog/alerts.ts";
import { metrics } from "../../catalog/metrics.ts";
import type { Alert } from "./alert.ts";
import { alike, amount, bytes, hostLabels, label, since, workloadLabels } from "./fragments.ts";
import { cacheDominatesMatrix } from "./matrix-cache-dominates.ts";
import { promql } from "./promql.ts";

const name = "MlxCacheDominates";
const minute = 60;
const cache = metrics.workloadAllocatorCache.name;
const active = metrics.workloadAllocatorActive.name;
const total = metrics.hostMemoryTotal.name;
const available = metrics.hostMemoryAvailable.name;

/** Freed memory that MLX keeps is what makes the host short of it. Needs the reporter. */
export const cacheDominates: Alert = {
  name,
  group: ruleGroups.exhaustion,
  carries: workloadLabels,
  why: "On Metal MLX keeps all memory that it has freed, up to the limit of all its memory: `mlx #3129` reports about 1 TB of swap a day for it, and a server of `mlx-lm #1757` keeps every model that it ever loaded.",
  needs: [
    "workloadAllocatorCache",
    "workloadAllocatorActive",
    "hostMemoryTotal",
    "hostMemoryAvailable",
  ],
  runbook: {
    meaning:
      "For half an hour, while less than a quarter of the host's memory has been available, MLX's allocator has kept much that it does not use: more than it uses and at least a tenth of installed memory, or a quarter of installed memory. That memory is freed but not given back, and it is the cheapest to win.",
    linux:
      "MLX's CPU back end keeps 32 MiB and never comes here; on CUDA the cache grows to 95 % of the card. Start the server with a cache limit: `MLX_HEADROOM_CACHE_LIMIT=4G python -m mlx_headroom_reporter PROGRAM`, in a unit `Environment=MLX_HEADROOM_CACHE_LIMIT=4G`. Until the restart nothing outside of the process can empty its cache.",
    macos:
      "Start the server with a cache limit: `MLX_HEADROOM_CACHE_LIMIT=4G python -m mlx_headroom_reporter PROGRAM`, in a property list under `EnvironmentVariables`. In code of your own, `mx.set_cache_limit(4 * 1024**3)`, or `mx.clear_cache()` after each model that was unloaded. `footprint PID` falls some seconds later.",
    prevent:
      "Always set a cache limit where more than one program needs the machine; a few GB cost no speed that anybody notices.",
  },
  rules: (runbookUrl) => [
    {
      alert: name,
      expr: promql(`
        (
          ${cache} > ${active}
            and
          ${cache} > on (job, instance) group_left () 0.1 * max by (job, instance) (${total})
            or
          ${cache} > on (job, instance) group_left () 0.25 * max by (job, instance) (${total})
        )
          and on (job, instance)
        ${available} / ${total} < 0.25
      `),
      forSeconds: 30 * minute,
      keepFiringForSeconds: 15 * minute,
      labels: { severity: "warning" },
      annotations: {
        summary: "{{workload}} on {{instance}} keeps {{cache}} that it does not use",
        description:
          "MLX's allocator keeps {{cache}} for reuse, beside {{active}} in use, and has for {{since}}. Of the host's memory {{available}} is available.",
        runbook_url: runbookUrl,
      },
      fragments: {
        workload: label("workload"),
        instance: label("instance"),
        cache: bytes,
        active: amount(alike(active, workloadLabels), workloadLabels),
        available: amount(alike(available, hostLabels), hostLabels),
        since: since(name, "warning", workloadLabels),
      },
    },
  ],
  matrix: cacheDominatesMatrix,
};
