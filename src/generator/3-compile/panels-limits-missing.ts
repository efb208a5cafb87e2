import { compared, instanceColumn, line, lines, opensWorkload } from "./panel.ts";
import { table, workloadColumn } from "./panel.ts";
import type { Row } from "./panel.ts";
import { ofResource, ofWorkload } from "./selectors.ts";

/** Where no limit is, and where nobody can tell. */
export const limitsMissing: Row = (select) => ({
  title: "Missing and unknown",
  panels: [
    table(
      12,
      {
        title: "Limited or not",
        description:
          "Whether every process of a workload has a hard limit narrower than the host's. Without a row where one may stand that the exporter could not see.",
        unit: "short",
        noValue: "not known",
        columns: [
          instanceColumn,
          workloadColumn,
          { field: "resource", title: "Resource" },
          {
            field: "Value",
            title: "Limit",
            states: [
              { value: 1, text: "set", colour: "green" },
              { value: 0, text: "missing", colour: "yellow" },
            ],
          },
        ],
        alerts: ["MlxLimitMissing"],
      },
      line(
        `min by (job, instance, workload, resource) (${select.workload("workloadLimited", ofResource)})`,
      ),
    ),
    table(
      12,
      {
        title: "What is not known, and why",
        description:
          "Figures the exporter could not give: unlimited means no limit is set, forbidden that the kernel refused, unsupported that this platform has none.",
        unit: "short",
        noValue: "everything is known",
        columns: [
          instanceColumn,
          workloadColumn,
          { field: "field", title: "Figure" },
          { field: "reason", title: "Reason" },
          { field: "Value", title: "Processes" },
        ],
        alerts: ["MlxCollectorFailing"],
      },
      line(
        `max by (job, instance, workload, field, reason) (${select.workload("exporterUnavailable")}) > 0`,
      ),
    ),
    lines(
      24,
      {
        title: "Limits reached",
        description:
          "How often a limit on memory, swap or tasks around a workload was reached, by event.",
        unit: "short",
        noValue: "nothing counts this: macOS, or no limit in a cgroup",
        bars: true,
        opens: opensWorkload,
        alerts: ["MlxLimitHit", "MlxOomKilled"],
      },
      line(
        `increase(${select.workload("workloadMemoryLimitEvents")}[$__rate_interval])`,
        "memory {{event}} {{workload}} {{instance}}",
      ),
      line(
        `increase(${select.workload("workloadSwapLimitEvents")}[$__rate_interval])`,
        "swap {{event}} {{workload}} {{instance}}",
      ),
      line(
        `increase(${select.workload("workloadThreadsLimitEvents")}[$__rate_interval])`,
        "tasks {{workload}} {{instance}}",
      ),
    ),
  ],
});

/** Whether the host could hold all peaks at once. */
export const limitsOfHosts: Row = (select) => ({
  title: "Hosts",
  panels: [
    lines(
      12,
      {
        title: "Recorded peaks and installed memory",
        description:
          "What the workloads that run on a host may take, if each of their processes reached its recorded peak at once. Those without a profile are not among them.",
        unit: "bytes",
        noValue: "no profile",
        alerts: ["MlxMemoryOverCommitted"],
      },
      line(
        `
        sum by (job, instance) (
          ${select.workload("workloadProcesses")}
            * on (workload) group_left ()
          max by (workload) (${select.constant("baselinePeak", ofWorkload, 'resource="memory"')})
        )
        `,
        "peaks {{instance}}",
      ),
      compared("critical", select.host("hostMemoryTotal"), "installed {{instance}}"),
    ),
    lines(
      12,
      {
        title: "Memory available on hosts",
        description: "Memory that programs can still get without swapping.",
        unit: "bytes",
        noValue: "no host answers",
        alerts: ["MlxStarvesHostMemory"],
      },
      line(select.host("hostMemoryAvailable"), "{{instance}}"),
    ),
  ],
});
