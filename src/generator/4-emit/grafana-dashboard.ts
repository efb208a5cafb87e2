import type { Dashboard, Panel } from "../../model/dashboard.ts";
import { emitAnnotation } from "./grafana-annotation.ts";
import { pageLink, siblings } from "./grafana-links.ts";
import { emitPanel } from "./grafana-panel.ts";
import type { GridPosition } from "./grafana-panel.ts";
import { dataSourceVariable, queryVariable } from "./grafana-variables.ts";

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
    refresh: dashboard.refresh ?? "",
    time: { from: `now-${dashboard.range}`, to: "now" },
    timepicker: {},
    timezone: "browser",
    weekStart: "",
    fiscalYearStartMonth: 0,
    liveNow: false,
    links: [siblings, ...dashboard.links.map(pageLink)],
    annotations: { list: dashboard.annotations.map(emitAnnotation) },
    templating: { list: [dataSourceVariable, ...dashboard.variables.map(queryVariable)] },
    panels: layOut(dashboard.rows),
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
