import type { Policy } from "../../model/policy.ts";
import type { Variable } from "../../model/dashboard.ts";
import { hostVariables, type DashboardDraft } from "./dashboard.ts";
import { alertAnnotation } from "./panels-alerts.ts";
import { pipelineExporter, pipelineNow } from "./panels-exporter.ts";
import { pipelineMessages, pipelinePrometheus, pipelineRules } from "./panels-prometheus.ts";

/** From the exporter to whoever is told. Prometheus and Alertmanager are jobs of their own, and chosen apart. */
export function pipelineDashboard(policy: Policy, beside: readonly string[]): DashboardDraft {
  return {
    key: "pipeline",
    range: "6h",
    refresh: "1m",
    variables: [
      ...hostVariables(policy, beside),
      server("prometheus", "Prometheus"),
      server("alertmanager", "Alertmanager"),
    ],
    annotations: (select) => [alertAnnotation(select)],
    rows: [pipelineNow, pipelineExporter, pipelineRules, pipelineMessages, pipelinePrometheus],
  };
}

/** All are those that there are: a pattern would take every program's `process_…` for one. */
function server(name: string, label: string): Variable {
  return {
    name,
    label,
    query: `label_values(${name}_build_info, instance)`,
    isMulti: true,
  };
}
