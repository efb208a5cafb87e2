import type { Annotation } from "../../model/dashboard.ts";
import { colours } from "./grafana-colours.ts";
import { datasource } from "./grafana-variables.ts";

/** Marks across all panels. Grafana makes one stretch of samples that follow each other, and takes labels for tags. */
export function emitAnnotation({ name, expr, title, text, colour }: Annotation): unknown {
  return {
    name,
    datasource,
    enable: true,
    hide: false,
    iconColor: colours[colour],
    expr,
    step: "60s",
    titleFormat: title,
    textFormat: text,
    tagKeys: "alertname,severity,workload,instance",
    useValueForTime: false,
  };
}
