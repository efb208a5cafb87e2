import type uPlot from "uplot";
import type { Chart } from "./picture-chart.ts";
import type { Mark } from "./picture-page.ts";

/** What the page knows besides its own HTML. */
interface Loaded {
  readonly uPlot: typeof uPlot;
  readonly inUnit: (value: number, unit: string | undefined) => string;
}

/**
 * Draws every chart into its place. It runs in the browser, where it arrives as text: it may use nothing of this file or
 * any other but its arguments and what the page has loaded.
 */
export function drawCharts({
  charts,
  marks,
}: {
  readonly charts: readonly Chart[];
  readonly marks: readonly Mark[];
}): void {
  const { uPlot: Plot, inUnit } = globalThis as unknown as Loaded;
  const powers = Array.from({ length: 45 }, (_, power) => 2 ** power);
  const inWords = (time: number, step: number) => {
    const text = new Date(time * 1000).toISOString();
    return step >= 86_400 ? text.slice(5, 10) : text.slice(11, step < 60 ? 19 : 16);
  };
  const drawMarks = (plot: uPlot) => {
    const { ctx, bbox } = plot;
    for (const { colour, times } of marks) {
      ctx.save();
      ctx.strokeStyle = colour;
      ctx.setLineDash([4, 4]);
      for (const time of times) {
        const x = plot.valToPos(time, "x", true);
        ctx.beginPath();
        ctx.moveTo(x, bbox.top);
        ctx.lineTo(x, bbox.top + bbox.height);
        ctx.stroke();
      }
      ctx.restore();
    }
  };
  for (const place of document.querySelectorAll<HTMLElement>(".chart")) {
    const chart = charts[Number(place.dataset["chart"])];
    if (chart === undefined) continue;
    const { width, height } = place.getBoundingClientRect();
    const font = '11px "DejaVu Sans", sans-serif';
    const paths = chart.bars ? Plot.paths.bars?.({ size: [0.8, 40] }) : undefined;
    const options: uPlot.Options = {
      width,
      height,
      legend: { show: false },
      cursor: { show: false },
      scales: {
        x: { time: true },
        y: {
          range: (_, low, high) => {
            const bottom = chart.bars || low >= 0 ? Math.min(0, low) : low;
            return [bottom, high > bottom ? high + (high - bottom) * 0.06 : bottom + 1];
          },
        },
      },
      axes: [
        {
          font,
          grid: { stroke: "#eaeef2" },
          ticks: { show: false },
          size: 28,
          space: 62,
          incrs: [...[10, 30, 60, 120, 300, 600], ...[1, 7, 14, 21].map((days) => days * 86_400)],
          values: (_, splits, __, ___, step) => splits.map((time) => inWords(time, step)),
        },
        {
          font,
          grid: { stroke: "#eaeef2" },
          ticks: { show: false },
          size: 68,
          ...(chart.unit === "bytes" && { incrs: powers }),
          values: (_, splits) => splits.map((value) => inUnit(value, chart.unit)),
        },
      ],
      series: [
        {},
        ...chart.lines.map(({ name, colour, dashed }) => ({
          label: name,
          stroke: colour,
          width: dashed ? 1.5 : 1.75,
          ...(dashed && { dash: [8, 6] }),
          ...(paths !== undefined && { paths, fill: colour }),
          points: { show: false },
        })),
      ],
      bands: chart.bands.map(({ upper, lower }) => ({
        series: [upper + 1, lower + 1] as [number, number],
        fill: "rgba(58, 111, 208, 0.15)",
      })),
      hooks: { draw: [drawMarks] },
    };
    const values = chart.lines.map((line) => [...line.values]);
    new Plot(options, [[...chart.times], ...values], place);
  }
}
