import { ruleGroups, scrapeJob } from "../../catalog/alerts.ts";
import type { Alert } from "./alert.ts";
import { exporterDownMatrix } from "./matrix-exporter-down.ts";
import { promql, series } from "./promql.ts";
import { steps } from "./runbook-text.ts";

const name = "MlxExporterDown";

/** An exporter does not answer, or Prometheus scrapes none at all: every other alert is blind there. */
export const exporterDown: Alert = {
  name,
  group: ruleGroups.pipeline,
  // Not always an instance: a job without any target has none.
  carries: ["job"],
  why: "A machine that runs out of memory stops answering before it stops (mlx-lm #883), and takes the news of it along: silence must be an alarm of its own.",
  needs: [],
  runbook: {
    meaning:
      "Prometheus has not been able to scrape the exporter for two minutes, or scrapes none at all. Nothing is known about the workloads of that host, and no other alert can fire for them. The whole host may be gone: a machine that runs out of memory often stops answering before it stops.",
    linux: steps(
      "On the host: `curl -s http://127.0.0.1:10836/-/healthy`. No answer: `systemctl status mlx-headroom` and `journalctl -u mlx-headroom -n 50`.",
      "It answers there: the exporter listens on the loopback address only unless told otherwise (`--web.listen-address=:10836`), or a firewall is in between. Prometheus says which under Status, Targets.",
      "The alert names no host: no target of the job `mlx-headroom` is configured or discovered. Compare `scrape_configs` with the generated `prometheus.yml`; rules and dashboards expect that job's name.",
    ),
    macos:
      "The same, with `launchctl list | grep mlx-headroom` and `launchctl print gui/$UID/LABEL`. A Mac that sleeps answers nobody: `pmset -g` shows whether it may.",
    prevent:
      "Let a supervisor start the exporter anew ([deploy.md](deploy.md) has a unit), and take a host that was given up out of `scrape_configs`.",
  },
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
