import { constants } from "../../catalog/alerts.ts";
import { panelTitles } from "../../catalog/panels.ts";
import type { Panel, Target } from "../../model/plan.ts";
import { promql } from "./promql.ts";
import { ofHost, ofWorkload } from "./selectors.ts";

const { headroomThreshold, baselineP95, baselinePeak, usageThreshold } = constants;

/** Every panel by the name the catalogue titles it under. What has no series shows nothing: absent is not zero. */
export const panels: Readonly<Record<keyof typeof panelTitles, Panel>> = {
  lowestHeadroom: {
    ...stat(6),
    title: panelTitles.lowestHeadroom,
    description: "The least share of any limit that any chosen workload has left.",
    unit: "percentunit",
    targets: [line(`min(${ofWorkload("workloadHeadroomRatio")})`, "lowest")],
    steps: [{ colour: "red" }, { from: 0.05, colour: "yellow" }, { from: 0.15, colour: "green" }],
  },
  workloadsRunning: {
    ...stat(6),
    title: panelTitles.workloadsRunning,
    description: "Chosen workloads with at least one process, on all chosen hosts.",
    unit: "short",
    targets: [line(`sum(${ofWorkload("workloadProcesses")} > bool 0)`, "running")],
    steps: [{ colour: "neutral" }],
  },
  oomKills: {
    ...stat(6),
    title: panelTitles.oomKills,
    description:
      "Processes of the chosen workloads that the kernel killed for lack of memory in the time shown.",
    unit: "short",
    targets: [line(`sum(increase(${ofWorkload("workloadOomKills")}[$__range]))`, "kills")],
    steps: [{ colour: "green" }, { from: 0.5, colour: "red" }],
  },
  firingAlerts: {
    ...stat(6),
    title: panelTitles.firingAlerts,
    description:
      "Alerts of mlx-headroom that fire now. Empty, not 0, when Prometheus does not evaluate the rules.",
    unit: "short",
    targets: [
      line(
        `
        count(ALERTS{job=~"$job",instance=~"$instance",alertname=~"Mlx.+",alertstate="firing"})
          or
        0 * count(${headroomThreshold}{workload=""})
        `,
        "firing",
      ),
    ],
    steps: [{ colour: "green" }, { from: 1, colour: "red" }],
  },
  headroomRatio: {
    ...timeseries(24, 10),
    title: panelTitles.headroomRatio,
    description:
      "Headroom divided by limit, under the limit that binds the worst process. MlxHeadroomLow fires below the dashed lines: a workload's own, else the default without a workload's name.",
    unit: "percentunit",
    targets: [
      line(ofWorkload("workloadHeadroomRatio"), "{{workload}} {{resource}} {{instance}}"),
      threshold("warning"),
      threshold("critical"),
    ],
  },
  binding: {
    kind: "table",
    width: 24,
    height: 8,
    title: panelTitles.binding,
    description:
      "The limit with the least headroom, by workload and resource, and the share of it that is left.",
    unit: "percentunit",
    targets: [
      line(
        `
        ${ofWorkload("workloadLimitBinding")}
          * on (job, instance, workload, resource) group_left ()
        max by (job, instance, workload, resource) (${ofWorkload("workloadHeadroomRatio")})
        `,
        "",
      ),
    ],
    columns: [
      { field: "instance", title: "Instance" },
      { field: "workload", title: "Workload" },
      { field: "resource", title: "Resource" },
      { field: "source", title: "Limit" },
      { field: "scope", title: "Scope" },
      { field: "Value", title: "Left" },
    ],
  },
  memory: {
    ...timeseries(24, 9),
    title: panelTitles.memory,
    repeat: "workload",
    description:
      "Memory that counts against the machine, the limit that binds, and the recorded baseline of one process: p95 of the average scenario up to the peak of all.",
    unit: "bytes",
    targets: [
      line(ofWorkload("workloadMemoryUsed"), "all processes {{instance}}"),
      line(ofWorkload("workloadMemoryUsedMax"), "largest process {{instance}}"),
      { ...line(ofWorkload("workloadMemoryLimit"), "limit {{instance}}"), style: "critical" },
      {
        ...line(`max(${baselineP95}{workload=~"$workload",resource="memory"})`, "baseline p95"),
        style: "band-bottom",
      },
      {
        ...line(`max(${baselinePeak}{workload=~"$workload",resource="memory"})`, "baseline peak"),
        style: "band-top",
      },
    ],
  },
  cpu: {
    ...timeseries(12, 8),
    title: panelTitles.cpu,
    description:
      "Cores in use by all processes of a workload. Dashed: what one process may take before it is unusual.",
    unit: "short",
    axis: "cores",
    targets: [
      line(
        `rate(${ofWorkload("workloadCpuSeconds")}[$__rate_interval])`,
        "{{workload}} {{instance}}",
      ),
      {
        ...line(
          `max by (workload) (${usageThreshold}{workload=~"$workload",resource="cpu"})`,
          "{{workload}} usual at the most",
        ),
        style: "warning",
      },
    ],
  },
  hostMemory: {
    ...timeseries(12, 8),
    title: panelTitles.hostMemory,
    description: "Installed memory, what is in use of it, and swap in use.",
    unit: "bytes",
    targets: [
      line(
        `${ofHost("hostMemoryTotal")} - ${ofHost("hostMemoryAvailable")}`,
        "in use {{instance}}",
      ),
      line(ofHost("hostSwapUsed"), "swap in use {{instance}}"),
      { ...line(ofHost("hostMemoryTotal"), "installed {{instance}}"), style: "critical" },
    ],
  },
  openFds: {
    ...timeseries(12, 8),
    title: panelTitles.openFds,
    description:
      "Open file descriptors, summed over a workload's processes. Limits apply to each process.",
    unit: "short",
    targets: [line(ofWorkload("workloadOpenFds"), "{{workload}} {{instance}}")],
  },
  threads: {
    ...timeseries(12, 8),
    title: panelTitles.threads,
    description: "Threads, summed over a workload's processes.",
    unit: "short",
    targets: [line(ofWorkload("workloadThreads"), "{{workload}} {{instance}}")],
  },
  unavailable: {
    kind: "table",
    width: 24,
    height: 8,
    title: panelTitles.unavailable,
    description:
      "Figures the exporter could not give: unlimited means no limit is set, forbidden that the kernel refused, unsupported that this platform has none.",
    unit: "short",
    targets: [line(`${ofWorkload("exporterUnavailable")} > 0`, "")],
    columns: [
      { field: "instance", title: "Instance" },
      { field: "workload", title: "Workload" },
      { field: "field", title: "Figure" },
      { field: "reason", title: "Reason" },
      { field: "Value", title: "Processes" },
    ],
  },
};

function stat(width: number): Pick<Panel, "kind" | "width" | "height"> {
  return { kind: "stat", width, height: 4 };
}

function timeseries(width: number, height: number): Pick<Panel, "kind" | "width" | "height"> {
  return { kind: "timeseries", width, height };
}

function line(expr: string, legend: string): Target {
  return { expr: promql(expr), legend, style: "line" };
}

/** The workload's own line where it has one, and the default, which carries no workload: hence the empty choice. */
function threshold(severity: "warning" | "critical"): Target {
  const selector = `${headroomThreshold}{workload=~"$workload|",severity="${severity}"}`;
  return {
    expr: promql(`max by (workload, resource) (${selector})`),
    legend: `{{workload}} {{resource}} ${severity}`,
    style: severity,
  };
}
