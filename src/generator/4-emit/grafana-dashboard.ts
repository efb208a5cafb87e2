import type { Dashboard, Panel } from "../../model/plan.ts";
import { emitPanel } from "./grafana-panel.ts";
import type { GridPosition } from "./grafana-panel.ts";

/**
 * A classic dashboard, the only kind that Grafana reads from files. Panels need ids from 1 and unique query names, or
 * they are lost in migration; the dashboard must have neither id nor version, which belong to the server.
 */
export function emitDashboard(dashboard: Dashboard, description: string): unknown {
  return {
    uid: dashboard.uid,
    title: dashboard.title,
    description,
    tags: dashboard.tags,
    schemaVersion: 39,
    editable: false,
    graphTooltip: 1,
    refresh: "1m",
    time: { from: "now-6h", to: "now" },
    timepicker: {},
    timezone: "",
    weekStart: "",
    fiscalYearStartMonth: 0,
    liveNow: false,
    links: [],
    annotations: { list: [] },
    templating: { list: [dataSourceVariable, ...dashboard.variables.map(queryVariable)] },
    panels: layOut(dashboard.rows),
  };
}

const dataSourceVariable = {
  name: "datasource",
  label: "Data source",
  type: "datasource",
  query: "prometheus",
  hide: 0,
  includeAll: false,
  multi: false,
  options: [],
  refresh: 1,
  regex: "",
  skipUrlSync: false,
};

function queryVariable({ name, label, query }: Dashboard["variables"][number]): unknown {
  return {
    name,
    label,
    type: "query",
    datasource: { type: "prometheus", uid: "${datasource}" },
    query,
    hide: 0,
    includeAll: true,
    // Without this, All lists every value it knows and misses series of others.
    allValue: ".+",
    multi: true,
    current: { selected: true, text: ["All"], value: ["$__all"] },
    options: [],
    // On every change of the time range: a workload of yesterday can be looked at today.
    refresh: 2,
    regex: "",
    skipUrlSync: false,
    sort: 1,
  };
}

const columns = 24;

/** Rows top to bottom, their panels left to right, wrapped at the right edge. */
function layOut(rows: Dashboard["rows"]): readonly unknown[] {
  const laidOut: unknown[] = [];
  let y = 0;
  for (const { title, panels } of rows) {
    const gridPos = { x: 0, y, w: columns, h: 1 };
    laidOut.push({
      id: laidOut.length + 1,
      type: "row",
      title,
      collapsed: false,
      gridPos,
      panels: [],
    });
    const placed = placeRow(panels, y + 1);
    for (const { panel, gridPos } of placed.panels) {
      laidOut.push(emitPanel(panel, laidOut.length + 1, gridPos));
    }
    y = placed.bottom;
  }
  return laidOut;
}

function placeRow(
  panels: readonly Panel[],
  top: number,
): {
  readonly panels: readonly { readonly panel: Panel; readonly gridPos: GridPosition }[];
  readonly bottom: number;
} {
  let x = 0;
  let y = top;
  let bottom = top;
  const placed = panels.map((panel) => {
    if (x + panel.width > columns) {
      x = 0;
      y = bottom;
    }
    const gridPos = { x, y, w: panel.width, h: panel.height };
    x += panel.width;
    bottom = Math.max(bottom, y + panel.height);
    return { panel, gridPos };
  });
  return { panels: placed, bottom };
}
