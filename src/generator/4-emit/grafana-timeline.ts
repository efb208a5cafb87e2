import type { PanelParts } from "./grafana-parts.ts";

/** A bar for each series, in the colour of its state. */
export function timelineParts(): PanelParts {
  return {
    fieldConfig: {
      defaults: {
        color: { mode: "fixed", fixedColor: "text" },
        custom: { fillOpacity: 70, lineWidth: 0 },
      },
      overrides: [],
    },
    options: {
      showValue: "auto",
      rowHeight: 0.8,
      mergeValues: true,
      alignValue: "left",
      perPage: 20,
      legend: { calcs: [], displayMode: "list", placement: "bottom", showLegend: true },
      tooltip: { mode: "single", sort: "none" },
    },
  };
}
