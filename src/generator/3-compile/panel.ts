import type { AlertName } from "../../catalog/alerts.ts";
import { dashboards } from "../../catalog/dashboards.ts";
import type { Column, Link, Panel, State, Step, Target } from "../../model/dashboard.ts";
import { promql } from "./promql.ts";
import type { Selectors } from "./selectors.ts";

/** A panel whose runbooks are still names of alerts. */
export interface PanelDraft extends Omit<Panel, "runbooks"> {
  readonly alerts?: readonly AlertName[];
}

export interface RowDraft {
  readonly title: string;
  readonly panels: readonly PanelDraft[];
}

/** A row of panels, given what they select series with. */
export type Row = (select: Selectors) => RowDraft;

type About = Omit<PanelDraft, "kind" | "width" | "height" | "targets">;
type Draw = (width: number, about: About, ...targets: readonly Target[]) => PanelDraft;

/** One figure, as it is now. */
export const stat: Draw = (width, about, ...targets) => ({
  kind: "stat",
  width,
  height: 4,
  ...about,
  targets,
});

/** Lines over time. */
export const lines: Draw = (width, about, ...targets) => ({
  kind: "timeseries",
  width,
  height: 8,
  ...about,
  targets,
});

/** States over time, a row for each series. */
export const timeline: Draw = (width, about, ...targets) => ({
  kind: "state-timeline",
  width,
  height: 8,
  ...about,
  targets,
});

/** One row for each set of labels, with a figure of each target. */
export const table: Draw = (width, about, ...targets) => ({
  kind: "table",
  width,
  height: 8,
  ...about,
  targets,
});

/** What was measured. */
export function line(expr: string, legend = ""): Target {
  return { expr: promql(expr), legend, style: "line" };
}

/** What measurements are compared with. */
export function compared(style: Exclude<Target["style"], "line">, expr: string, legend: string) {
  return { expr: promql(expr), legend, style };
}

export const neutral: readonly Step[] = [{ colour: "neutral" }];

/** Good up to a number, from there on bad. */
export function badFrom(from: number, colour: "yellow" | "red" = "red"): readonly Step[] {
  return [{ colour: "green" }, { from, colour }];
}

/** Shares of a limit that are left. */
export const shareLeft: readonly Step[] = [
  { colour: "red" },
  { from: 0.05, colour: "yellow" },
  { from: 0.15, colour: "green" },
];

/** Of a gauge that is 1 when all is well. */
export function eitherWay(well: string, ill: string): readonly State[] {
  return [
    { value: 1, text: well, colour: "green" },
    { value: 0, text: ill, colour: "red" },
  ];
}

/** Names of columns that most tables begin with. */
export const instanceColumn: Column = { field: "instance", title: "Instance" };
export const workloadColumn: Column = {
  field: "workload",
  title: "Workload",
  opens: workloadLink("${__value.text:percentencode}", "${__data.fields.instance:percentencode}"),
};

/** From a line of the workload's to its own dashboard. */
export const opensWorkload = workloadLink(
  "${__field.labels.workload:percentencode}",
  "${__field.labels.instance:percentencode}",
);

function workloadLink(workload: string, instance: string): Link {
  const { uid } = dashboards.workload;
  return {
    title: "Show the workload",
    url: `/d/${uid}?\${datasource:queryparam}&\${job:queryparam}&var-workload=${workload}&var-instance=${instance}&\${__url_time_range}`,
  };
}
