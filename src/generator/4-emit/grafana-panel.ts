import type { Panel, Target } from "../../model/dashboard.ts";
import { dataLink, pageLink } from "./grafana-links.ts";
import { mappings, refId, type PanelParts } from "./grafana-parts.ts";
import { statParts } from "./grafana-stat.ts";
import { tableParts } from "./grafana-table.ts";
import { timelineParts } from "./grafana-timeline.ts";
import { timeseriesParts } from "./grafana-timeseries.ts";
import { datasource } from "./grafana-variables.ts";

export interface GridPosition {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

/** What every panel of a classic dashboard has; the rest depends on its type. */
export interface GrafanaPanel extends PanelParts {
  readonly id: number;
  readonly type: Panel["kind"];
  readonly title: string;
  readonly description: string;
  readonly datasource: typeof datasource;
  readonly gridPos: GridPosition;
  readonly links: readonly unknown[];
  readonly targets: readonly unknown[];
}

const parts: Readonly<Record<Panel["kind"], (panel: Panel) => PanelParts>> = {
  stat: statParts,
  timeseries: timeseriesParts,
  table: tableParts,
  "state-timeline": timelineParts,
};

/** One panel of the plan as Grafana spells it. */
export function emitPanel(panel: Panel, id: number, gridPos: GridPosition): GrafanaPanel {
  const { fieldConfig, ...others } = parts[panel.kind](panel);
  return {
    id,
    type: panel.kind,
    title: panel.title,
    description: panel.description,
    datasource,
    gridPos,
    links: panel.runbooks.map(pageLink),
    targets: panel.targets.map((target, index) => emitTarget(panel, target, index)),
    ...(panel.step !== undefined && { interval: panel.step }),
    fieldConfig: {
      ...fieldConfig,
      defaults: {
        unit: panel.unit,
        noValue: panel.noValue,
        mappings: mappings(panel.states),
        ...(panel.opens && { links: [dataLink(panel.opens)] }),
        ...fieldConfig.defaults,
      },
    },
    ...others,
  };
}

function emitTarget(panel: Panel, { expr, legend }: Target, index: number): unknown {
  const instant = panel.kind === "stat" || panel.kind === "table";
  return {
    refId: refId(index),
    datasource,
    editorMode: "code",
    expr,
    legendFormat: legend,
    instant,
    range: !instant,
    format: panel.kind === "table" ? "table" : "time_series",
  };
}
