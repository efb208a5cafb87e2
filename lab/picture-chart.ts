import type { PanelFile } from "./dashboards.ts";
import { colourOf, fieldOf, paletteColour, type Found } from "./picture-fields.ts";
import type { Span } from "./prometheus-api.ts";

/** Lines over time as the page draws them; nothing in it but data, because it crosses into the browser. */
export interface Chart {
  readonly unit: string | undefined;
  /** Seconds since 1970. */
  readonly times: readonly number[];
  readonly lines: readonly ChartLine[];
  /** Fills between two lines, by their places. */
  readonly bands: readonly { readonly upper: number; readonly lower: number }[];
  readonly bars: boolean;
}

export interface ChartLine {
  readonly name: string;
  readonly colour: string;
  readonly dashed: boolean;
  readonly values: readonly (number | null)[];
}

/** Puts every series on the same times; what has no sample is a gap. */
export function chartOf(panel: PanelFile, found: readonly Found[], span: Span): Chart {
  const times = timesOf(span);
  const places = new Map(times.map((time, index) => [time, index]));
  const fields = found.map(({ refId, legend }) => fieldOf(panel, { refId, name: legend }));
  const lines = found.map(({ legend, series }, index): ChartLine => {
    const values = new Array<number | null>(times.length).fill(null);
    for (const [time, value] of series.points) {
      const place = places.get(Math.round(time));
      if (place !== undefined && Number.isFinite(value)) values[place] = value;
    }
    const fixed = fields[index]?.fixedColour;
    const colour = fixed === undefined ? paletteColour(index) : colourOf(fixed);
    return { name: legend, colour, dashed: fields[index]?.dashed ?? false, values };
  });
  const bands = fields.flatMap(({ fillBelowTo }, upper) => {
    const lower = found.findIndex(({ legend }) => legend === fillBelowTo);
    return lower < 0 ? [] : [{ upper, lower }];
  });
  const custom = (panel.fieldConfig?.defaults as { custom?: { drawStyle?: string } } | undefined)
    ?.custom;
  const { unit } = panel.fieldConfig?.defaults ?? {};
  return { unit, times, lines, bands, bars: custom?.drawStyle === "bars" };
}

function timesOf({ start, end, step }: Span): readonly number[] {
  return Array.from({ length: Math.floor((end - start) / step) + 1 }, (_, n) => start + n * step);
}
