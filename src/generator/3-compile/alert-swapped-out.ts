import { ruleGroups } from "../../catalog/alerts.ts";
import { metrics } from "../../catalog/metrics.ts";
import type { Alert } from "./alert.ts";
import { alike, amount, label, percentage, since, workloadLabels } from "./fragments.ts";
import { swappedOutMatrix } from "./matrix-swapped-out.ts";
import { promql } from "./promql.ts";

const name = "MlxSwappedOut";
const minute = 60;
const swapped = metrics.workloadMemorySwap.name;
const used = metrics.workloadMemoryUsed.name;

/**
 * A fifth of a workload's memory is not in memory. What is resident is no measure of that on macOS: it leaves out the
 * GPU's memory, so a footprint far above it is usual there.
 */
export const swappedOut: Alert = {
  name,
  group: ruleGroups.exhaustion,
  carries: workloadLabels,
  why: "Weights that are swapped out must come back for every token: `mlx-examples #210` and `#664` saw a tenth of the speed, and `mlx #3129` about 1 TB written to the disk each day.",
  needs: ["workloadMemorySwap", "workloadMemoryUsed"],
  runbook: {
    meaning:
      "For fifteen minutes a fifth or more of the workload's memory, and at least 1 GiB, has been swapped out, on macOS compressed or swapped out. Tokens come at a tenth of their speed as soon as that memory is needed again, and the disk wears out. Memory that nobody asks for is rightly swapped out; a model that is to answer is not.",
    linux:
      "`free -h` shows whether the host has memory again; then `swapoff -a && swapon -a` brings everything back. `ps aux --sort=-rss | head` shows what else takes memory. If a cgroup's limit is what pushes it out (`mlx-headroom ps` names the limit), raise that; `systemctl set-property UNIT MemorySwapMax=0` keeps the workload out of swap, at the price of being killed instead.",
    macos:
      "`memory_pressure` and `sysctl vm.swapusage` show the host, `footprint --swapped PID` the process. Stop what is not needed: several servers on one machine each plan as if they were alone. With the reporter, look whether MLX's cache is what was swapped out, and limit it (`MLX_HEADROOM_CACHE_LIMIT`).",
    prevent:
      "A smaller model or fewer bits per weight, smaller caches, or one server less on this host.",
  },
  rules: (runbookUrl) => [
    {
      alert: name,
      expr: promql(`
        ${swapped} / (${used} > 0) > 0.2
          and
        ${swapped} > 2 ^ 30
      `),
      forSeconds: 15 * minute,
      keepFiringForSeconds: 15 * minute,
      labels: { severity: "warning" },
      annotations: {
        summary: "{{share}} of the memory of {{workload}} on {{instance}} is swapped out",
        description:
          "Swapped out or compressed: {{swapped}} of {{used}}. It has been more than a fifth for {{since}}. Answers that need that memory come slowly.",
        runbook_url: runbookUrl,
      },
      fragments: {
        workload: label("workload"),
        instance: label("instance"),
        share: percentage,
        swapped: amount(alike(swapped, workloadLabels), workloadLabels),
        used: amount(alike(used, workloadLabels), workloadLabels),
        since: since(name, "warning", workloadLabels),
      },
    },
  ],
  matrix: swappedOutMatrix,
};
