import { ruleGroups } from "../../catalog/alerts.ts";
import { metrics } from "../../catalog/metrics.ts";
import type { AlertRule } from "../../model/plan.ts";
import type { Alert } from "./alert.ts";
import { alike, amount, bytes, hostLabels, label, largestWorkloads, since } from "./fragments.ts";
import { gpuWiredOverCommittedMatrix } from "./matrix-gpu-wired-over-committed.ts";
import { promql } from "./promql.ts";

const name = "MlxGpuWiredOverCommitted";
const minute = 60;
const wired = metrics.hostMemoryWired.name;
const limit = metrics.hostMemoryWiredLimit.name;
const total = metrics.hostMemoryTotal.name;

/** So much of a Mac's memory is wired that the system itself has no room left to move in. */
export const gpuWiredOverCommitted: Alert = {
  name,
  group: ruleGroups.starvation,
  carries: hostLabels,
  why: "Wired memory can neither be compressed nor swapped, and a Mac whose memory is wired does not kill: it panics or freezes. `mlx-lm PR #1252` froze with 464 of 512 GB wired by nine servers, and `mlx #3186` shows panics that end when nothing is wired.",
  needs: ["hostMemoryWired", "hostMemoryWiredLimit", "hostMemoryTotal"],
  runbook: {
    meaning:
      "For five minutes more than 80 % of installed memory has been wired (critical: 90 %, for two minutes), or more than 95 % of what the GPU may wire. Everything else on the machine shares the rest; past it the kernel panics or the machine freezes, and all work on it is lost. At the GPU's limit itself nothing fails, but what is beyond is moved in and out and becomes slow.",
    linux:
      "Linux counts no such memory, and this alert never fires there: see [MlxHeadroomLow](#mlxheadroomlow) for GPU memory.",
    macos:
      "Act while the machine still answers: `mlx-headroom ps` shows the workloads by memory. Stop the one that is needed least with `launchctl kill SIGTERM gui/$UID/LABEL` or `kill -TERM PID`, never with SIGKILL, which can leave its wired memory behind until the next boot. `vm_stat | grep wired` must fall within seconds; if it does not, see [MlxGpuWiredStranded](#mlxgpuwiredstranded). `sysctl iogpu.wired_limit_mb` shows the limit: if somebody raised it, set it back to 0, which is the system's own choice.",
    prevent:
      "One server per machine wires all it is given: run fewer, or start each with `MLX_HEADROOM_WIRED_LIMIT` so that all of them together stay below two thirds of installed memory. Do not raise `iogpu.wired_limit_mb`.",
  },
  rules: (runbookUrl) => [
    rule(runbookUrl, "warning", 5 * minute, `${over(total, 0.8)}\n  or\n${over(limit, 0.95)}`),
    rule(runbookUrl, "critical", 2 * minute, over(total, 0.9)),
  ],
  matrix: gpuWiredOverCommittedMatrix,
};

function over(whole: string, share: number): string {
  return `${wired} > on (job, instance) ${share} * max by (job, instance) (${whole})`;
}

function rule(
  runbookUrl: string,
  severity: "warning" | "critical",
  forSeconds: number,
  expr: string,
): AlertRule {
  return {
    alert: name,
    expr: promql(expr),
    forSeconds,
    keepFiringForSeconds: 5 * minute,
    labels: { severity },
    annotations: {
      summary: "{{wired}} of the memory of {{instance}} are wired, of {{total}}",
      description:
        "Wired: {{wired}}. The GPU may wire {{limit}}. It has been too much for {{since}}. {{largest}} Stop with SIGTERM, never with SIGKILL.",
      runbook_url: runbookUrl,
    },
    fragments: {
      instance: label("instance"),
      wired: bytes,
      total: amount(alike(total, hostLabels), hostLabels),
      limit: amount(alike(limit, hostLabels), hostLabels),
      since: since(name, severity, hostLabels),
      largest: largestWorkloads,
    },
  };
}
