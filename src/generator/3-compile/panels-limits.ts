import { badFrom, compared, instanceColumn, line, lines, opensWorkload } from "./panel.ts";
import { shareLeft, stat, table, workloadColumn } from "./panel.ts";
import type { PanelDraft, Row } from "./panel.ts";
import { bindingRatio } from "./panels-fleet.ts";
import { ofResource, ofWorkload, ofWorkloadOrAll, type Selectors } from "./selectors.ts";

/** How many are held by nothing, and how close the others are. */
export const limitsNow: Row = (select) => ({
  title: "At a glance",
  panels: [
    stat(
      12,
      {
        title: "Lowest headroom by resource",
        description: "The least share of a limit that any chosen workload has left, by resource.",
        unit: "percentunit",
        noValue: "no limit known",
        steps: shareLeft,
        alerts: ["MlxHeadroomLow"],
      },
      line(
        `min by (resource) (${select.workload("workloadHeadroomRatio", ofResource)})`,
        "{{resource}}",
      ),
    ),
    stat(
      6,
      {
        title: "Workloads without a memory limit",
        description:
          "Chosen workloads of which a process has no memory limit but the machine's own. Those of which this cannot be seen are not among them.",
        unit: "short",
        noValue: "not known",
        steps: badFrom(1, "yellow"),
        alerts: ["MlxLimitMissing"],
      },
      line(`sum(${select.workload("workloadLimited", 'resource="memory"')} == bool 0)`, "without"),
    ),
    stat(
      6,
      {
        title: "Workloads without a baseline",
        description:
          "Chosen workloads that run and have no profile: no limit can be taken from one, and default thresholds judge them.",
        unit: "short",
        noValue: "none runs",
        steps: badFrom(1, "yellow"),
        alerts: ["MlxWorkloadWithoutBaseline"],
      },
      line(withoutBaseline(select), "without"),
    ),
  ],
});

/** Those with one count as none of it: an empty answer would be none that run. */
function withoutBaseline(select: Selectors): string {
  const running = `count by (workload) (${select.workload("workloadProcesses")} > 0)`;
  return `
    count(
      ${running}
        unless on (workload)
      ${select.constant("baselineRecorded", ofWorkload)}
    )
      or
    0 * count(${running})
  `;
}

/** The limit that binds, for each workload and resource. */
export const limitsBinding: Row = (select) => ({
  title: "What binds",
  panels: [
    {
      ...table(
        24,
        {
          title: "What binds",
          description:
            "For each workload and resource the limit with the least headroom, and the share of it that is left.",
          unit: "percentunit",
          noValue: "no limit known",
          columns: [
            instanceColumn,
            workloadColumn,
            { field: "resource", title: "Resource" },
            { field: "source", title: "Limit" },
            { field: "scope", title: "Scope" },
            { field: "Value", title: "Left", unit: "percentunit", steps: shareLeft },
          ],
          alerts: ["MlxHeadroomLow", "MlxLimitHit"],
        },
        line(bindingRatio(select, ofResource)),
      ),
      height: 10,
    },
    {
      ...lines(
        24,
        {
          title: "Headroom by workload and resource",
          description:
            "Headroom divided by limit, under the limit that binds the worst process. MlxHeadroomLow fires below the dashed lines: a workload's own, else the default without a workload's name.",
          unit: "percentunit",
          noValue: "no limit known",
          opens: opensWorkload,
          alerts: ["MlxHeadroomLow", "MlxExhaustionPredicted"],
        },
        line(
          select.workload("workloadHeadroomRatio", ofResource),
          "{{workload}} {{resource}} {{instance}}",
        ),
        ...(["warning", "critical"] as const).map((severity) =>
          compared(
            severity,
            `max by (workload, resource) (${select.constant("headroomThreshold", ofWorkloadOrAll, ofResource, `severity="${severity}"`)})`,
            `{{workload}} {{resource}} ${severity}`,
          ),
        ),
      ),
      height: 10,
    },
    lines(
      24,
      {
        title: "Which limits bind",
        description:
          "How many workloads are bound by which kind of limit, by resource: a change means that something was configured, or that a host ran short.",
        unit: "short",
        noValue: "no limit known",
        axis: "workloads",
      },
      line(
        `count by (resource, source) (${select.workload("workloadLimitBinding", ofResource)})`,
        "{{resource}}: {{source}}",
      ),
    ),
  ],
});

const perWorkload = "by (job, instance, workload)";

/** Limits against what was recorded and what is used. */
export const limitsAgainstPeaks: Row = (select) => ({
  title: "Limits and recorded peaks",
  panels: [
    peaks(select, "memory", "Memory", {
      limit: select.workload("workloadMemoryLimit"),
      left: select.workload("workloadMemoryHeadroom"),
      used: select.workload("workloadMemoryUsedMax"),
    }),
    peaks(select, "gpu_memory", "GPU memory", {
      limit: select.workload("workloadGpuMemoryLimit"),
      left: select.workload("workloadGpuMemoryHeadroom"),
      used: select.workload("workloadGpuMemoryMax"),
    }),
  ],
});

function peaks(
  select: Selectors,
  resource: "memory" | "gpu_memory",
  title: string,
  series: { readonly limit: string; readonly left: string; readonly used: string },
): PanelDraft {
  const peak = `max by (workload) (${select.constant("baselinePeak", ofWorkload, `resource="${resource}"`)})`;
  const known = `max ${perWorkload} (${select.workload("workloadProcesses")})`;
  return table(
    24,
    {
      title: `${title}: limit, peak, margin`,
      description: `${title}: the limit that binds, the recorded peak of one process, how much larger the limit is (below 0 the peak would not fit), what the largest process uses now, and what is left.`,
      unit: "bytes",
      noValue: "unknown",
      columns: [
        instanceColumn,
        workloadColumn,
        { field: "Value #A", title: "Limit that binds", noValue: "no limit is set" },
        { field: "Value #B", title: "Recorded peak", noValue: "no profile" },
        {
          field: "Value #C",
          title: "Margin",
          unit: "percentunit",
          steps: [
            { colour: "red" },
            { from: 0, colour: "yellow" },
            { from: 0.05, colour: "green" },
          ],
        },
        { field: "Value #D", title: "Largest process" },
        { field: "Value #E", title: "Left" },
      ],
      alerts:
        resource === "memory"
          ? ["MlxLimitBelowBaseline", "MlxLimitFarAboveBaseline", "MlxUsageAboveBaseline"]
          : ["MlxUsageAboveBaseline"],
    },
    line(`max ${perWorkload} (${series.limit})`),
    line(`0 * ${known} + on (workload) group_left () ${peak}`),
    line(`max ${perWorkload} (${series.limit}) / on (workload) group_left () ${peak} - 1`),
    line(`max ${perWorkload} (${series.used})`),
    line(`min ${perWorkload} (${series.left})`),
  );
}
