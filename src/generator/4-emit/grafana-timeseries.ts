import type { Panel, Target } from "../../model/dashboard.ts";
import { refId } from "./grafana-parts.ts";
import type { PanelParts } from "./grafana-parts.ts";

/** Lines, or bars for counts; what they are compared with is dashed. */
export function timeseriesParts(panel: Panel): PanelParts {
  return {
    fieldConfig: {
      defaults: {
        color: { mode: "palette-classic" },
        custom: {
          drawStyle: panel.bars ? "bars" : "line",
          lineWidth: 1,
          fillOpacity: panel.bars ? 60 : 0,
          showPoints: "never",
          spanNulls: false,
          axisLabel: panel.axis ?? "",
          ...(panel.bars && { axisSoftMin: 0, stacking: { mode: "normal", group: "A" } }),
        },
      },
      overrides: panel.targets.flatMap((target, index) => override(panel, target, index)),
    },
    options: {
      legend: {
        displayMode: "table",
        placement: "right",
        showLegend: true,
        calcs: [panel.bars ? "sum" : "lastNotNull"],
      },
      tooltip: { mode: "multi", sort: "asc" },
    },
  };
}

/** What a line is compared with is dashed and keeps its colour, so that measurements stand out. */
function override(panel: Panel, { style }: Target, index: number): readonly unknown[] {
  const bottom = panel.targets.find((target) => target.style === "band-bottom");
  const properties = {
    line: [],
    warning: dashed("orange"),
    critical: dashed("red"),
    baseline: dashed("blue"),
    "band-bottom": dashed("blue"),
    "band-top": [
      ...dashed("blue"),
      { id: "custom.fillBelowTo", value: bottom?.legend },
      { id: "custom.fillOpacity", value: 15 },
    ],
  }[style];
  if (properties.length === 0) return [];
  return [{ matcher: { id: "byFrameRefID", options: refId(index) }, properties }];
}

function dashed(colour: string): readonly unknown[] {
  return [
    { id: "color", value: { mode: "fixed", fixedColor: colour } },
    { id: "custom.lineStyle", value: { fill: "dash", dash: [8, 8] } },
  ];
}
