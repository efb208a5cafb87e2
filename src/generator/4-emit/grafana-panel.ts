import type { Colour, Panel, Target } from "../../model/plan.ts";

export interface GridPosition {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

/** What every panel of a classic dashboard has; the rest depends on its type. */
export interface GrafanaPanel {
  readonly id: number;
  readonly type: Panel["kind"];
  readonly title: string;
  readonly description: string;
  readonly datasource: typeof datasource;
  readonly gridPos: GridPosition;
  readonly targets: readonly unknown[];
  readonly fieldConfig: { readonly defaults: unknown; readonly overrides: readonly unknown[] };
  readonly options: unknown;
}

/** One panel of the plan as Grafana spells it. */
export function emitPanel(panel: Panel, id: number, gridPos: GridPosition): GrafanaPanel {
  const common = {
    id,
    type: panel.kind,
    title: panel.title,
    description: panel.description,
    datasource,
    gridPos,
    targets: panel.targets.map((target, index) => emitTarget(panel, target, index)),
    ...(panel.repeat !== undefined && {
      repeat: panel.repeat,
      repeatDirection: "h",
      maxPerRow: 2,
    }),
  };
  switch (panel.kind) {
    case "stat":
      return { ...common, ...statParts(panel) };
    case "timeseries":
      return { ...common, ...timeseriesParts(panel) };
    case "table":
      return { ...common, ...tableParts(panel) };
  }
}

const datasource = { type: "prometheus", uid: "${datasource}" } as const;

function refId(index: number): string {
  return String.fromCharCode("A".charCodeAt(0) + index);
}

function emitTarget(panel: Panel, { expr, legend }: Target, index: number): unknown {
  const instant = panel.kind !== "timeseries";
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

const colours: Readonly<Record<Colour, string>> = {
  green: "green",
  yellow: "yellow",
  red: "red",
  neutral: "text",
};

function statParts({ unit, steps = [] }: Panel): Pick<GrafanaPanel, "fieldConfig" | "options"> {
  const thresholds = steps.map(({ from, colour }) => ({
    color: colours[colour],
    value: from ?? null,
  }));
  return {
    fieldConfig: {
      defaults: {
        unit,
        color: { mode: "thresholds" },
        thresholds: { mode: "absolute", steps: thresholds },
        noValue: "unknown",
        mappings: [],
      },
      overrides: [],
    },
    options: {
      colorMode: "value",
      graphMode: "none",
      justifyMode: "auto",
      orientation: "auto",
      textMode: "value",
      reduceOptions: { calcs: ["lastNotNull"], fields: "", values: false },
    },
  };
}

function timeseriesParts(panel: Panel): Pick<GrafanaPanel, "fieldConfig" | "options"> {
  return {
    fieldConfig: {
      defaults: {
        unit: panel.unit,
        color: { mode: "palette-classic" },
        custom: {
          drawStyle: "line",
          lineWidth: 1,
          fillOpacity: 0,
          showPoints: "never",
          spanNulls: false,
          axisLabel: panel.axis ?? "",
        },
        mappings: [],
      },
      overrides: panel.targets.flatMap((target, index) => override(panel, target, index)),
    },
    options: {
      legend: {
        displayMode: "table",
        placement: "right",
        showLegend: true,
        calcs: ["lastNotNull"],
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

function tableParts({ unit, columns = [] }: Panel): Pick<
  GrafanaPanel,
  "fieldConfig" | "options"
> & {
  readonly transformations: readonly unknown[];
} {
  const fields = columns.map(({ field }) => field);
  return {
    fieldConfig: {
      defaults: {
        unit,
        custom: { align: "auto", cellOptions: { type: "auto" }, filterable: true },
        mappings: [],
      },
      overrides: [],
    },
    options: { showHeader: true, cellHeight: "sm" },
    transformations: [
      { id: "filterFieldsByName", options: { include: { names: fields } } },
      {
        id: "organize",
        options: {
          excludeByName: {},
          indexByName: Object.fromEntries(fields.map((field, index) => [field, index])),
          renameByName: Object.fromEntries(columns.map(({ field, title }) => [field, title])),
        },
      },
    ],
  };
}
