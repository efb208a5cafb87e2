import { badFrom, eitherWay, instanceColumn, line, lines, neutral, shareLeft } from "./panel.ts";
import { compared, opensWorkload, stat, table, workloadColumn } from "./panel.ts";
import type { Row } from "./panel.ts";
import { alertStates } from "./panels-alerts.ts";
import { ofWorkloadOrAll, type Selectors, thatEnds } from "./selectors.ts";

/** The whole of what is chosen in six figures. */
export const fleetNow: Row = (select) => ({
  title: "At a glance",
  panels: [
    stat(
      4,
      {
        title: "Lowest headroom",
        description:
          "The least share of any limit that any chosen workload has left; CPU and swap aside, without which it is slow and not dead.",
        unit: "percentunit",
        noValue: "no limit known",
        steps: shareLeft,
        alerts: ["MlxHeadroomLow"],
      },
      line(`min(${select.workload("workloadHeadroomRatio", thatEnds)})`, "lowest"),
    ),
    stat(
      4,
      {
        title: "Running and expected",
        description:
          "Chosen workloads with at least one process, once for each host, and those of which one is expected.",
        unit: "short",
        noValue: "no workload seen",
        steps: neutral,
      },
      line(`sum(${select.workload("workloadProcesses")} > bool 0)`, "running"),
      line(`sum(${select.workload("workloadExpected")})`, "expected"),
    ),
    stat(
      4,
      {
        title: "Workloads down",
        description: "Chosen workloads that are expected to run, and have no process.",
        unit: "short",
        noValue: "no workload seen",
        steps: badFrom(1),
        alerts: ["MlxWorkloadDown"],
      },
      line(down(select), "down"),
    ),
    stat(
      4,
      {
        title: "OOM kills",
        description:
          "Processes of the chosen workloads that the kernel killed for lack of memory in the time shown. macOS counts none.",
        unit: "short",
        noValue: "not counted",
        steps: badFrom(0.5),
        alerts: ["MlxOomKilled"],
      },
      line(`sum(increase(${select.workload("workloadOomKills")}[$__range]))`, "kills"),
    ),
    stat(
      4,
      {
        title: "Process starts",
        description: "Processes of the chosen workloads that started in the time shown.",
        unit: "short",
        noValue: "no workload seen",
        steps: neutral,
        alerts: ["MlxWorkloadRestarting"],
      },
      line(`sum(increase(${select.workload("workloadProcessStarts")}[$__range]))`, "starts"),
    ),
    stat(
      4,
      {
        title: "Firing alerts",
        description:
          "Alerts of mlx-headroom that fire now about what is chosen, or about no host. Without a figure, not 0, where Prometheus does not evaluate the rules.",
        unit: "short",
        noValue: "no rules loaded",
        steps: badFrom(1),
      },
      line(firing(select), "firing"),
    ),
  ],
});

function down(select: Selectors): string {
  return `sum(
    (${select.workload("workloadProcesses")} == bool 0)
      *
    ${select.workload("workloadExpected")}
  )`;
}

/** The default thresholds are there whenever the rules are evaluated, alerts only while they fire. */
function firing(select: Selectors): string {
  return `
    count(${select.alerts('alertstate="firing"', 'severity!="none"', ofWorkloadOrAll)})
      or
    0 * count(${select.constant("headroomThreshold", 'workload=""')})
  `;
}

const perWorkload = "by (job, instance, workload)";

/** A row for each workload of each host. */
export const fleetWorkloads: Row = (select) => ({
  title: "Workloads",
  panels: [
    {
      ...table(
        24,
        {
          title: "Workloads",
          description:
            "Each workload of each host: what is left under the limit that it is closest to (CPU and swap aside), which limit that is, and what it uses. A click on a name shows the workload.",
          unit: "short",
          noValue: "unknown",
          columns: [
            instanceColumn,
            workloadColumn,
            { field: "Value #A", title: "Left", unit: "percentunit", steps: shareLeft },
            { field: "resource", title: "Of" },
            { field: "source", title: "Limit that binds", noValue: "no limit known" },
            { field: "scope", title: "Scope" },
            { field: "Value #B", title: "Memory used", unit: "bytes" },
            { field: "Value #C", title: "CPU cores", unit: "short" },
            { field: "Value #D", title: "Processes", unit: "short" },
            { field: "Value #E", title: "Starts", unit: "short", steps: badFrom(10, "yellow") },
            {
              field: "Value #F",
              title: "Last probe",
              noValue: "no probe",
              states: eitherWay("answered", "failed"),
            },
          ],
          alerts: ["MlxHeadroomLow", "MlxWorkloadDown", "MlxWorkloadRestarting"],
        },
        line(`bottomk ${perWorkload} (1, ${bindingRatio(select, thatEnds)})`),
        line(`sum ${perWorkload} (${select.workload("workloadMemoryUsed")})`),
        line(
          `sum ${perWorkload} (rate(${select.workload("workloadCpuSeconds")}[$__rate_interval]))`,
        ),
        line(`sum ${perWorkload} (${select.workload("workloadProcesses")})`),
        line(
          `sum ${perWorkload} (increase(${select.workload("workloadProcessStarts")}[$__range]))`,
        ),
        line(`min ${perWorkload} (${select.workload("workloadProbeSuccess")})`),
      ),
      height: 10,
    },
  ],
});

/** Every limit that binds, with the share of it that is left. */
export function bindingRatio(select: Selectors, ...more: readonly string[]): string {
  return `
    ${select.workload("workloadLimitBinding", ...more)}
      * on (job, instance, workload, resource) group_left ()
    max by (job, instance, workload, resource) (${select.workload("workloadHeadroomRatio", ...more)})
  `;
}

/** Who has come close to a limit, and who uses most. */
export const fleetOverTime: Row = (select) => ({
  title: "Over time",
  panels: [
    lines(
      24,
      {
        title: "Headroom by workload",
        description:
          "The least share of any of its limits that a workload has left, CPU and swap aside. Dashed: where MlxHeadroomLow fires for memory by default; a workload's own thresholds are on its dashboard.",
        unit: "percentunit",
        noValue: "no limit known",
        opens: opensWorkload,
        alerts: ["MlxHeadroomLow", "MlxExhaustionPredicted"],
      },
      line(
        `min by (job, instance, workload) (${select.workload("workloadHeadroomRatio", thatEnds)})`,
        "{{workload}} {{instance}}",
      ),
      ...(["warning", "critical"] as const).map((severity) =>
        compared(
          severity,
          `max(${select.constant("headroomThreshold", 'workload=""', 'resource="memory"', `severity="${severity}"`)})`,
          `${severity} by default`,
        ),
      ),
    ),
    lines(
      12,
      {
        title: "Memory used by workload",
        description: "Memory that counts against the machine, summed over a workload's processes.",
        unit: "bytes",
        noValue: "no workload seen",
        opens: opensWorkload,
        alerts: ["MlxStarvesHostMemory", "MlxMemoryOverCommitted"],
      },
      line(select.workload("workloadMemoryUsed"), "{{workload}} {{instance}}"),
    ),
    lines(
      12,
      {
        title: "CPU by workload",
        description: "Cores in use by all processes of a workload.",
        unit: "short",
        noValue: "no workload seen",
        axis: "cores",
        opens: opensWorkload,
        alerts: ["MlxStarvesHostCpu"],
      },
      line(
        `rate(${select.workload("workloadCpuSeconds")}[$__rate_interval])`,
        "{{workload}} {{instance}}",
      ),
    ),
    alertStates(select, 24, ofWorkloadOrAll),
  ],
});
