import { ruleGroups } from "../../catalog/alerts.ts";
import { metrics } from "../../catalog/metrics.ts";
import type { AlertRule } from "../../model/plan.ts";
import type { Alert } from "./alert.ts";
import { alike, label, lookup, since, workloadLabels } from "./fragments.ts";
import { workloadStuckMatrix } from "./matrix-workload-stuck.ts";
import { promql } from "./promql.ts";
import { stuckRunbook } from "./runbook-workload-stuck.ts";

const name = "MlxWorkloadStuck";
const minute = 60;
/** Shares of a core and of a GPU that a process takes which only holds its connections open. */
const idleCores = 0.005;
const idleGpu = 0.005;
/** The host's GPU is everybody's: this much may be somebody else's, and more may be ours. */
const idleHostGpu = 0.05;

/** A workload runs and answers nobody. Known by its probe; without one, suspected where clients wait and nothing works. */
export const workloadStuck: Alert = {
  name,
  group: ruleGroups.lifecycle,
  carries: workloadLabels,
  why: "MLX servers go on listening when the thread that generates is dead: `/health` says 200 and completions hang for hours (mlx-lm #1505, #1909, #1493; omlx #3706).",
  needs: ["workloadProbeSuccess", "workloadProcesses", "workloadConnections", "workloadCpuSeconds"],
  runbook: stuckRunbook,
  rules: (runbookUrl) => [probeFails(runbookUrl), nothingMoves(runbookUrl)],
  matrix: workloadStuckMatrix,
};

function probeFails(runbookUrl: string): AlertRule {
  return {
    alert: name,
    expr: promql(`
      ${metrics.workloadProbeSuccess.name} == 0
        and
      ${metrics.workloadProcesses.name} > 0
    `),
    forSeconds: 5 * minute,
    keepFiringForSeconds: 5 * minute,
    labels: { severity: "warning" },
    annotations: {
      summary: "{{workload}} on {{instance}} runs, and answers no probe",
      description:
        "It has not answered with a token for {{since}} or more, though {{processes}} of its processes run. Its clients wait in vain.",
      runbook_url: runbookUrl,
    },
    fragments: {
      workload: label("workload"),
      instance: label("instance"),
      since: since(name, "warning", workloadLabels),
      processes: lookup(
        alike(metrics.workloadProcesses.name, workloadLabels),
        workloadLabels,
        "{{ . | first | value }}",
        "an unknown number",
      ),
    },
  };
}

/**
 * Information only: a client may keep an idle connection on purpose. A probe knows better, so where there is one this
 * rule says nothing.
 */
function nothingMoves(runbookUrl: string): AlertRule {
  return {
    alert: name,
    expr: promql(`
      min_over_time(${metrics.workloadConnections.name}[10m]) > 0
        and
      rate(${metrics.workloadCpuSeconds.name}[10m]) < ${idleCores}
        unless
      rate(${metrics.workloadGpuSeconds.name}[10m]) > ${idleGpu}
        unless on (job, instance)
      max_over_time(${metrics.hostGpuUtilization.name}[10m]) > ${idleHostGpu}
        unless
      ${metrics.workloadProbeSuccess.name}
    `),
    forSeconds: 5 * minute,
    keepFiringForSeconds: 5 * minute,
    labels: { severity: "info" },
    annotations: {
      summary: "{{workload}} on {{instance}} has clients, and does nothing",
      description:
        "At least {{connections}} connections have been open for 10 minutes or more, in which it used neither CPU nor GPU. Either it is stuck, or its clients keep idle connections: a probe in the exporter's configuration would tell.",
      runbook_url: runbookUrl,
    },
    fragments: {
      workload: label("workload"),
      instance: label("instance"),
      connections: "{{ $value }}",
    },
  };
}
