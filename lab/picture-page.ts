import type { DashboardFile, PanelFile } from "./dashboards.ts";
import { chartOf, type Chart } from "./picture-chart.ts";
import type { Found } from "./picture-fields.ts";
import {
  chartHtml,
  escaped,
  nothing,
  statHtml,
  tableHtml,
  timelineHtml,
} from "./picture-panels.ts";
import type { Span } from "./prometheus-api.ts";

/** Something that happened, drawn across all charts. */
export interface Mark {
  readonly name: string;
  readonly colour: string;
  readonly times: readonly number[];
}

/** A dashboard with all that its queries gave. */
export interface Answered {
  readonly dashboard: DashboardFile;
  readonly span: Span;
  readonly marks: readonly Mark[];
  /** What each panel found, by the panel's place. */
  readonly found: ReadonlyMap<PanelFile, readonly Found[]>;
  /** What was chosen, in words. */
  readonly chosen: string;
  /** Where the data come from, in one sentence. */
  readonly source: string;
}

/** A page for the browser, and the charts that are drawn into it. */
export interface PicturePage {
  readonly html: string;
  readonly charts: readonly Chart[];
}

/** Pixels of one of Grafana's rows, and how many of them fit into a picture. */
const rowPixels = 36;
const mostRows = 42;

/** Lays the first rows of a dashboard out on Grafana's 24 columns. */
export function pageOf(answered: Answered): PicturePage {
  const { dashboard, span } = answered;
  const charts: Chart[] = [];
  const panels = firstPanels(dashboard.panels).map((panel) => {
    const found = answered.found.get(panel) ?? [];
    return placed(panel, contentOf(panel, found, span, charts));
  });
  const cut = panels.length < dashboard.panels.length ? " Its first rows." : "";
  const marks = answered.marks.map(
    ({ name, colour }) =>
      `<span class="mark"><i style="border-color:${colour}"></i>${escaped(name)}</span>`,
  );
  const html = `<!doctype html><meta charset="utf-8"><style>${style}</style><main>
<header><h1>${escaped(dashboard.title)}</h1><p>${escaped(answered.chosen)}</p>${marks.join("")}</header>
<div class="grid">${panels.join("\n")}</div>
<footer>Drawn by mlx-headroom's own test harness from a real Prometheus; Grafana looks different. ${escaped(answered.source)}${cut}</footer></main>`;
  return { html, charts };
}

function contentOf(panel: PanelFile, found: readonly Found[], span: Span, charts: Chart[]): string {
  if (panel.type === "row") return "";
  if (found.length === 0) return nothing(panel);
  switch (panel.type) {
    case "stat":
      return statHtml(panel, found);
    case "table":
      return tableHtml(panel, found);
    case "state-timeline":
      return timelineHtml(panel, found, span);
    case "timeseries": {
      const chart = chartOf(panel, found, span);
      return chartHtml(chart, charts.push(chart) - 1);
    }
    default:
      throw new Error(`${panel.title} is a ${panel.type}, which the lab cannot draw.`);
  }
}

/** Whole panels only, and no heading with nothing under it. */
function firstPanels(panels: readonly PanelFile[]): readonly PanelFile[] {
  const fitting = panels.filter(({ gridPos: { y, h } }) => y + h <= mostRows);
  const last = fitting.findLastIndex(({ type }) => type !== "row");
  return fitting.slice(0, last + 1);
}

function placed({ type, title, gridPos: { x, y, w, h } }: PanelFile, content: string): string {
  const place = `grid-column:${x + 1}/span ${w};grid-row:${y + 1}/span ${h}`;
  const kind = type === "row" ? "heading" : "panel";
  return `<section class="${kind}" style="${place}"><h2>${escaped(title)}</h2>${content}</section>`;
}

const style = `
* { box-sizing: border-box; margin: 0; }
body { font: 13px/1.35 "DejaVu Sans", "Liberation Sans", sans-serif; color: #24292f; background: #eef0f3; }
main { width: 1400px; padding: 12px 14px; }
header { display: flex; gap: 18px; align-items: baseline; margin-bottom: 8px; }
h1 { font-size: 18px; }
header p { color: #57606a; flex: 1; }
.mark i { border-left: 2px dashed; margin-right: 5px; }
.grid { display: grid; grid-template-columns: repeat(24, 1fr); grid-auto-rows: ${rowPixels - 8}px; gap: 8px; }
.panel { background: #fff; border: 1px solid #d0d7de; border-radius: 3px; padding: 6px 10px; overflow: hidden; display: flex; flex-direction: column; min-height: 0; }
h2 { font-size: 13px; font-weight: 600; margin-bottom: 4px; }
.heading h2 { font-size: 14px; padding-top: 4px; color: #57606a; }
.nothing { margin: auto; color: #57606a; font-size: 15px; text-align: center; }
.stat { display: flex; flex: 1; gap: 22px; align-items: center; justify-content: center; flex-wrap: wrap; font-size: 32px; line-height: 1.1; }
.stat.many { font-size: 24px; gap: 8px 26px; }
.stat span { text-align: center; }
.stat small { display: block; font-size: 12px; color: #57606a; }
table { border-collapse: collapse; width: 100%; font-size: 12.5px; }
th { text-align: left; border-bottom: 2px solid #d0d7de; padding: 3px 8px; white-space: nowrap; }
td { border-bottom: 1px solid #eaeef2; padding: 3px 8px; white-space: nowrap; max-width: 330px; overflow: hidden; text-overflow: ellipsis; }
td.none { color: #8c959f; }
.plot { display: flex; flex: 1; min-height: 0; gap: 10px; }
.chart { flex: 1; min-width: 0; }
.legend { max-width: 38%; font-size: 11.5px; overflow: hidden; }
.legend div { display: flex; gap: 6px; align-items: center; white-space: nowrap; }
.legend i { width: 16px; flex: none; }
.legend b { font-weight: 400; overflow: hidden; text-overflow: ellipsis; flex: 1; }
.legend em { font-style: normal; color: #57606a; }
.more { color: #57606a; }
.timeline { font-size: 11.5px; }
.run { display: flex; gap: 8px; margin-bottom: 3px; }
.run b { width: 42%; font-weight: 400; text-align: right; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.run span { position: relative; flex: 1; height: 18px; background: #f6f8fa; }
.run span i { position: absolute; top: 0; bottom: 0; color: #fff; font-style: normal; padding-left: 4px; overflow: hidden; }
footer { margin-top: 10px; color: #57606a; }
`;
