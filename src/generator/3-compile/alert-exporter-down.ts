import { ruleGroups, scrapeJob } from "../../catalog/alerts.ts";
import type { Alert } from "./alert.ts";
import { exporterDownMatrix } from "./matrix-exporter-down.ts";
import { promql, series } from "./promql.ts";

const name = "MlxExporterDown";

/** An exporter does not answer, or Prometheus scrapes none at all: every other alert is blind there. */
export const exporterDown: Alert = {
  name,
  group: ruleGroups.pipeline,
  rules: (runbookUrl) => [
    {
      alert: name,
      // `absent` catches what `up` cannot: a target that is not configured, or no longer discovered.
      expr: promql(`
        ${series("up", { job: scrapeJob })} == 0
          or
        absent(${series("up", { job: scrapeJob })})
      `),
      forSeconds: 2 * 60,
      labels: { severity: "critical" },
      annotations: {
        summary: "{{exporter}}",
        description:
          "{{exporter}} and has not for 2 minutes or more. What its workloads have left is not known, and no other alert can fire for them.",
        runbook_url: runbookUrl,
      },
      fragments: {
        exporter: `{{ if $labels.instance }}The exporter on {{ $labels.instance }} does not answer{{ else }}Prometheus scrapes no target of the job ${scrapeJob}{{ end }}`,
      },
    },
  ],
  matrix: exporterDownMatrix,
};
