import type { PanelFile } from "./dashboards.ts";
import type { Chart } from "./picture-chart.ts";
import {
  fieldOf,
  mapped,
  paletteColour,
  stepColour,
  type Field,
  type Found,
} from "./picture-fields.ts";
import { tableOf } from "./picture-table.ts";
import { inUnit } from "./picture-units.ts";
import type { Span } from "./prometheus-api.ts";

const legendRows = 9;

/** Makes text harmless in HTML. */
export function escaped(text: string): string {
  const names: Readonly<Record<string, string>> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
  };
  return text.replaceAll(/[&<>"]/g, (character) => names[character] ?? character);
}

/** What stands in a panel without data: absent is not zero. */
export function nothing({ fieldConfig }: PanelFile): string {
  return `<p class="nothing">${escaped(fieldConfig?.defaults.noValue ?? "no data")}</p>`;
}

/** One large figure for each series, with its name where there are several. */
export function statHtml(panel: PanelFile, found: readonly Found[]): string {
  const named = found.length > 1 || panel.options?.["textMode"] === "auto";
  const figures = found.map(({ refId, legend, series }) => {
    const value = series.points.at(-1)?.[1] ?? NaN;
    const field = fieldOf(panel, { refId, name: legend });
    const { text, colour } = shown(field, value);
    const name = named && legend !== "" ? `<small>${escaped(legend)}</small>` : "";
    return `<span style="color:${colour}">${escaped(text)}${name}</span>`;
  });
  return `<div class="stat${found.length > 2 ? " many" : ""}">${figures.join("")}</div>`;
}

function shown(field: Field, value: number) {
  const word = mapped(field, value);
  if (word !== undefined) return word;
  return { text: inUnit(value, field.unit), colour: stepColour(field, value) ?? "inherit" };
}

/** Columns as the dashboard orders and names them. */
export function tableHtml(panel: PanelFile, found: readonly Found[]): string {
  const { columns, rows } = tableOf(panel, found);
  const head = columns.map(({ title }) => `<th>${escaped(title)}</th>`).join("");
  const body = rows.map((row) => {
    const cells = columns.map(({ field: name }) => cellHtml(fieldOf(panel, { name }), row[name]));
    return `<tr>${cells.join("")}</tr>`;
  });
  return `<table><thead><tr>${head}</tr></thead><tbody>${body.join("")}</tbody></table>`;
}

function cellHtml(field: Field, value: string | number | undefined): string {
  if (value === undefined) return `<td class="none">${escaped(field.noValue ?? "")}</td>`;
  if (typeof value === "string") return `<td>${escaped(value)}</td>`;
  const { text, colour } = shown(field, value);
  return `<td class="figure" style="color:${colour}">${escaped(text)}</td>`;
}

/** A bar for each time in which a series had one value. */
export function timelineHtml(panel: PanelFile, found: readonly Found[], span: Span): string {
  const whole = span.end - span.start;
  const rows = found.slice(0, legendRows).map(({ refId, legend, series }, index) => {
    const field = fieldOf(panel, { refId, name: legend });
    const bars = runsOf(series.points, span.step).map(({ from, to, value }) => {
      const { text, colour } = mapped(field, value) ?? { text: "", colour: paletteColour(index) };
      const left = (100 * (from - span.start)) / whole;
      const width = (100 * Math.min(to - from, span.end - from)) / whole;
      return `<i style="left:${left}%;width:${width}%;background:${colour}">${width > 8 ? escaped(text) : ""}</i>`;
    });
    return `<div class="run"><b>${escaped(legend)}</b><span>${bars.join("")}</span></div>`;
  });
  return `<div class="timeline">${rows.join("")}${more(found.length)}</div>`;
}

function runsOf(points: Found["series"]["points"], step: number) {
  const runs: { from: number; to: number; value: number }[] = [];
  for (const [time, value] of points) {
    const last = runs.at(-1);
    if (last?.value === value && time - last.to <= step / 2) last.to = time + step;
    else runs.push({ from: time, to: time + step, value });
  }
  return runs;
}

function more(count: number): string {
  return count > legendRows ? `<div class="more">and ${count - legendRows} more</div>` : "";
}

/** Room for a chart that the page draws, and its legend: name and last value, of bars the sum. */
export function chartHtml(chart: Chart, index: number): string {
  const names = chart.lines.slice(0, legendRows).map(({ name, colour, dashed, values }) => {
    const known = values.filter((value) => value !== null);
    const figure = chart.bars ? known.reduce((sum, value) => sum + value, 0) : known.at(-1);
    const style = `border-top:3px ${dashed ? "dashed" : "solid"} ${colour}`;
    const text = figure === undefined ? "" : inUnit(figure, chart.unit);
    return `<div><i style="${style}"></i><b>${escaped(name)}</b><em>${escaped(text)}</em></div>`;
  });
  const legend = `<div class="legend">${names.join("")}${more(chart.lines.length)}</div>`;
  return `<div class="plot"><div class="chart" data-chart="${index}"></div>${legend}</div>`;
}
