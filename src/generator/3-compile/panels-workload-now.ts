import { outlookNames } from "../../catalog/history.ts";
import { metrics } from "../../catalog/metrics.ts";
import { badFrom, compared, instanceColumn, line, lines, neutral, shareLeft } from "./panel.ts";
import { stat, table } from "./panel.ts";
import type { Row } from "./panel.ts";
import { bindingRatio } from "./panels-fleet.ts";
import { ofWorkload, thatEnds } from "./selectors.ts";

/** How it is now, and how well it is known. */
export const workloadNow =
  (reviewEveryDays: number): Row =>
  (select) => ({
    title: "Now",
    panels: [
      stat(
        4,
        {
          title: "Headroom",
          description:
            "The least share of any of its limits that is left; CPU and swap aside, without which it is slow and not dead.",
          unit: "percentunit",
          noValue: "no limit known",
          steps: shareLeft,
          alerts: ["MlxHeadroomLow"],
        },
        line(`min(${select.workload("workloadHeadroomRatio", thatEnds)})`, "left"),
      ),
      stat(
        4,
        {
          title: "Processes",
          description: "Processes that run now, on all chosen hosts.",
          unit: "short",
          noValue: "not seen",
          steps: [{ colour: "red" }, { from: 1, colour: "green" }],
          alerts: ["MlxWorkloadDown"],
        },
        line(`sum(${select.workload("workloadProcesses")})`, "processes"),
      ),
      stat(
        4,
        {
          title: "Days until exhaustion",
          description:
            "Until nothing is left of what it runs out of first, at the pace of the last three days. Without a figure while its peaks do not grow from day to day.",
          unit: "d",
          noValue: "no growth",
          steps: [{ colour: "red" }, { from: 2, colour: "yellow" }, { from: 14, colour: "green" }],
          alerts: ["MlxExhaustionPredicted"],
        },
        line(`min(${select.recorded(outlookNames.exhaustion)})`, "days"),
      ),
      stat(
        4,
        {
          title: "Age of the baseline",
          description:
            "How long ago the newest recording behind its baseline was made, and how sure its figures are, from A to C.",
          unit: "d",
          noValue: "no profile",
          steps: badFrom(reviewEveryDays, "yellow"),
          alerts: ["MlxBaselineStale", "MlxWorkloadWithoutBaseline"],
        },
        line(
          `(time() - max by (grade) (${select.constant("baselineRecorded", ofWorkload)})) / ${24 * 3600}`,
          "grade {{grade}}",
        ),
      ),
      stat(
        4,
        {
          title: "OOM kills",
          description:
            "Processes of it that the kernel killed for lack of memory in the time shown. macOS counts none.",
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
          title: "Room for more",
          description:
            "How many more of its processes, each as large as the recorded peak, the chosen host with most room could take.",
          unit: "short",
          noValue: "no profile",
          steps: neutral,
        },
        line(`max by (resource) (${select.recorded(outlookNames.fit)})`, "by {{resource}}"),
      ),
    ],
  });

/** What binds it, and what it is. */
export const workloadLimits: Row = (select) => ({
  title: "Limits and versions",
  panels: [
    lines(
      12,
      {
        title: "Headroom by resource",
        description:
          "Headroom divided by limit, under the limit that binds its worst process. MlxHeadroomLow fires below the dashed lines: its own thresholds where it has some, else the default.",
        unit: "percentunit",
        noValue: "no limit known",
        alerts: ["MlxHeadroomLow", "MlxExhaustionPredicted"],
      },
      line(select.workload("workloadHeadroomRatio"), "{{resource}} {{instance}}"),
      ...(["warning", "critical"] as const).map((severity) =>
        compared(
          severity,
          `
          (
            max by (resource) (${select.constant("headroomThreshold", ofWorkload, `severity="${severity}"`)})
              or
            max by (resource) (${select.constant("headroomThreshold", 'workload=""', `severity="${severity}"`)})
          )
            and on (resource)
          ${select.workload("workloadHeadroomRatio")}
          `,
          `{{resource}} ${severity}`,
        ),
      ),
    ),
    table(
      12,
      {
        title: "What binds",
        description: "By resource, the limit that its worst process is closest to.",
        unit: "percentunit",
        noValue: "no limit known",
        columns: [
          instanceColumn,
          { field: "resource", title: "Resource" },
          { field: "source", title: "Limit" },
          { field: "scope", title: "Scope" },
          { field: "Value", title: "Left", unit: "percentunit", steps: shareLeft },
        ],
        alerts: ["MlxLimitMissing", "MlxLimitBelowBaseline"],
      },
      line(bindingRatio(select)),
    ),
    table(
      12,
      {
        title: "What runs",
        description: "Runtime, model and version of MLX of its processes, as they are now.",
        unit: "short",
        noValue: "not running",
        columns: [
          instanceColumn,
          { field: "runtime", title: "Runtime" },
          { field: "model", title: "Model" },
          { field: "mlx_version", title: "MLX" },
        ],
        alerts: ["MlxBaselineMismatch"],
      },
      line(
        `max by (job, instance, ${metrics.workloadInfo.labels.join(", ")}) (${select.workload("workloadInfo")})`,
      ),
    ),
    table(
      12,
      {
        title: "What was recorded",
        description: "Model and version of MLX that its baseline was recorded with, and when.",
        unit: "dateTimeAsIso",
        noValue: "no profile",
        columns: [
          { field: "model", title: "Model" },
          { field: "mlx_version", title: "MLX" },
          { field: "grade", title: "Grade" },
          { field: "Value", title: "Recorded", unit: "dateTimeAsIso" },
        ],
        alerts: ["MlxBaselineMismatch", "MlxBaselineStale"],
      },
      line(
        `1000 * max by (model, mlx_version, grade) (${select.constant("baselineRecorded", ofWorkload)})`,
      ),
    ),
  ],
});
