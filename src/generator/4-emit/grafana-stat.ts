import type { Panel } from "../../model/dashboard.ts";
import { thresholds } from "./grafana-colours.ts";
import type { PanelParts } from "./grafana-parts.ts";

/** A figure that takes the colour of the step it is on; with its name where there are several. */
export function statParts({ steps = [] }: Panel): PanelParts {
  return {
    fieldConfig: {
      defaults: { color: { mode: "thresholds" }, thresholds: thresholds(steps) },
      overrides: [],
    },
    options: {
      colorMode: "value",
      graphMode: "none",
      justifyMode: "auto",
      orientation: "auto",
      textMode: "auto",
      wideLayout: true,
      reduceOptions: { calcs: ["lastNotNull"], fields: "", values: false },
    },
  };
}
