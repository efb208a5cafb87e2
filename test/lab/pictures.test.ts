import assert from "node:assert/strict";
import { deflateSync, inflateSync } from "node:zlib";
import type { PanelFile } from "../../lab/dashboards.ts";
import { historyDays, madeHistory } from "../../lab/history-model.ts";
import { openMetrics } from "../../lab/history-blocks.ts";
import { chartOf } from "../../lab/picture-chart.ts";
import type { Found } from "../../lab/picture-fields.ts";
import { statHtml, timelineHtml } from "../../lab/picture-panels.ts";
import { pageOf } from "../../lab/picture-page.ts";
import { tableOf } from "../../lab/picture-table.ts";
import { inUnit } from "../../lab/picture-units.ts";
import { smallPng } from "../../lab/small-png.ts";

const gridPos = { x: 0, y: 0, w: 24, h: 8 };
const panel = (changes: Partial<PanelFile>): PanelFile => ({
  ...{ type: "timeseries", title: "A & B", gridPos },
  ...changes,
});
const found = (
  refId: string,
  legend: string,
  labels: Readonly<Record<string, string>>,
  ...points: readonly (readonly [number, number])[]
): Found => ({ refId, legend, series: { labels, points } });
const span = { start: 0, end: 30, step: 10 };

describe("a picture of a dashboard", () => {
  it("has figures in the panel's unit", () => {
    const shown = [
      [1536, "bytes"],
      [0, "bytes"],
      [0.1234, "percentunit"],
      [0.0125, "s"],
      [300, "s"],
      [12_345, "short"],
      [2.5, "d"],
    ] as const;
    assert.deepEqual(
      shown.map(([value, unit]) => inUnit(value, unit)),
      ["1.5 KiB", "0 B", "12.3 %", "12.5 ms", "5 min", "12.3 k", "2.5 d"],
    );
  });

  it("draws series at the same times, with gaps, dashes and bands as the overrides say", () => {
    const overrides = [
      {
        matcher: { id: "byFrameRefID", options: "B" },
        properties: [
          { id: "color", value: { mode: "fixed", fixedColor: "#00f" } },
          { id: "custom.lineStyle", value: { fill: "dash", dash: [8, 8] } },
          { id: "custom.fillBelowTo", value: "p95" },
        ],
      },
    ];
    const fieldConfig = { defaults: { unit: "bytes" }, overrides };
    const chart = chartOf(
      panel({ fieldConfig }),
      [found("A", "p95", {}, [0, 1], [20, NaN]), found("B", "peak", {}, [10, 3])],
      span,
    );
    assert.deepEqual(chart.times, [0, 10, 20, 30]);
    assert.deepEqual(
      chart.lines.map(({ values, dashed }) => [values, dashed]),
      [
        [[1, null, null, null], false],
        [[null, 3, null, null], true],
      ],
    );
    assert.equal(chart.lines[1]?.colour, "#00f");
    assert.deepEqual(chart.bands, [{ upper: 1, lower: 0 }]);
  });

  it("merges rows of a table that share labels, and names columns as people call them", () => {
    const transformations = [
      { id: "merge", options: {} },
      {
        id: "organize",
        options: { indexByName: { "Value #B": 1, w: 0 }, renameByName: { w: "Workload" } },
      },
    ];
    const targets = ["A", "B"].map((refId) => ({ refId, expr: "e" }));
    const table = tableOf(panel({ transformations, targets }), [
      found("A", "", { w: "chat", source: "cgroup" }, [0, 1]),
      found("A", "", { w: "embed" }, [0, 2]),
      found("B", "", { w: "chat" }, [0, 3]),
    ]);
    assert.deepEqual(table.columns, [
      { field: "w", title: "Workload" },
      { field: "Value #B", title: "Value #B" },
    ]);
    assert.deepEqual(table.rows, [
      { w: "chat", source: "cgroup", "Value #A": 1, "Value #B": 3 },
      { w: "embed", "Value #A": 2 },
    ]);
  });

  it("colours a figure by the step it has reached, and has words for states", () => {
    const steps = [
      { color: "#f00", value: null },
      { color: "#0f0", value: 0.5 },
    ];
    const stat = panel({
      fieldConfig: { defaults: { unit: "percentunit", thresholds: { steps } }, overrides: [] },
    });
    assert.match(statHtml(stat, [found("A", "", {}, [0, 0.4])]), /color:#f00">40 %</);
    assert.match(statHtml(stat, [found("A", "", {}, [0, 0.5])]), /color:#0f0">50 %</);
    const mappings = [{ type: "value", options: { "1": { text: "up", color: "#0f0" } } }];
    const state = panel({ fieldConfig: { defaults: { mappings }, overrides: [] } });
    const html = timelineHtml(state, [found("A", "host", {}, [0, 1], [10, 1])], span);
    assert.match(html, /left:0%;width:66\.6+7%;background:#0f0">up</);
  });

  it("is cut after whole panels, says so, and shows what a panel without data says", () => {
    const noValue = panel({ fieldConfig: { defaults: { noValue: "no <GPU>" }, overrides: [] } });
    const below = panel({ gridPos: { ...gridPos, y: 40 } });
    const row = panel({ type: "row", gridPos: { ...gridPos, y: 30, h: 1 } });
    const dashboard = {
      ...{ uid: "d", title: "D", time: { from: "now-6h", to: "now" } },
      ...{ panels: [noValue, row, below], annotations: { list: [] }, templating: { list: [] } },
    };
    const answered = { dashboard, span, marks: [], found: new Map(), chosen: "All", source: "." };
    const { html } = pageOf(answered);
    assert.equal(html.match(/<section/g)?.length, 1);
    assert.match(html, /no &lt;GPU&gt;/);
    assert.match(html, /A &amp; B/);
    assert.match(html, /Grafana looks different.*Its first rows/);
  });

  it("keeps every pixel of a PNG that has few colours", () => {
    const pixels = [255, 0, 0, 0, 255, 0, 10, 20, 30, 255, 0, 0];
    const png = rgbPng(2, 2, pixels);
    const small = smallPng(png);
    const [palette = Buffer.alloc(0), data = Buffer.alloc(0)] = ["PLTE", "IDAT"].map((type) =>
      chunkOf(small, type),
    );
    const lines = inflateSync(data);
    const places = [1, 2, 4, 5].map((at) => lines[at] ?? 0);
    assert.deepEqual(
      places.flatMap((place) => [...palette.subarray(place * 3, place * 3 + 3)]),
      pixels,
    );
  });
});

describe("ninety days that are made up", () => {
  it("are the same each time, each series whole and in the order of time", () => {
    const series = madeHistory();
    const [first] = series;
    assert.ok(first !== undefined);
    const text = openMetrics([first], 1000);
    assert.equal(text, openMetrics(madeHistory().slice(0, 1), 1000));
    const lines = text.trimEnd().split("\n");
    assert.equal(lines.length, historyDays * 24 + 2);
    assert.equal(lines.at(-1), "# EOF");
    assert.match(lines[1] ?? "", /^workload:mlx_memory_used_bytes:max_5m\{.+\} \d\S* 4600$/);
  });

  it("hold growth, an OOM kill on the day that the leak reaches its limit, and an alert before it", () => {
    const of = (name: string) =>
      madeHistory().find((one) => one.name === name && one.labels["instance"] === "gpu-1:10836");
    const peak = of("workload:mlx_memory_used_bytes:max_1h");
    const at = (day: number) => peak?.at(day * 24 + 12) ?? NaN;
    assert.ok(at(44) > at(2) && at(81) > 1.5 * at(65) && at(83) < 0.7 * at(81));
    const kills = of("mlx_workload_oom_kills_total");
    assert.deepEqual([kills?.at(81 * 24), kills?.at(82 * 24)], [0, 1]);
    assert.deepEqual([of("ALERTS")?.at(76 * 24), of("ALERTS")?.at(81 * 24 + 12)], [undefined, 1]);
  });
});

/** As Chromium writes one, with the filter Sub on each line. */
function rgbPng(width: number, height: number, pixels: readonly number[]): Buffer {
  const stride = width * 3;
  const lines = Array.from({ length: height }, (_, line) => {
    const own = pixels.slice(line * stride, (line + 1) * stride);
    return [
      1,
      ...own.map((value, place) => (value - (place < 3 ? 0 : (own[place - 3] ?? 0))) & 255),
    ];
  });
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const chunks = [
    ["IHDR", head],
    ["IDAT", deflateSync(Buffer.from(lines.flat()))],
    ["IEND", Buffer.alloc(0)],
  ] as const;
  const bytes = chunks.map(([type, data]) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    return Buffer.concat([length, Buffer.from(type, "latin1"), data, Buffer.alloc(4)]);
  });
  return Buffer.concat([Buffer.from("89504e470d0a1a0a", "hex"), ...bytes]);
}

function chunkOf(png: Buffer, type: string): Buffer {
  const at = png.indexOf(type, 0, "latin1");
  return png.subarray(at + 4, at + 4 + png.readUInt32BE(at - 4));
}
