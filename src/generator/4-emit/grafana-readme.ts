import type { Dashboard } from "../../model/dashboard.ts";
import type { Plan, Provisioning } from "../../model/plan.ts";

/** grafana/README.md: what lies there, and how it gets into Grafana. */
export function emitGrafanaReadme(head: readonly string[], plan: Plan): string {
  return [
    ["<!--", ...head, "-->"].join("\n"),
    "# Dashboards for Grafana",
    table(plan.dashboards),
    into(plan.provisioning),
    needs(plan.provisioning),
    choosing(plan.dashboards),
    format,
  ]
    .map((part) => `${part}\n`)
    .join("\n");
}

function table(dashboards: readonly Dashboard[]): string {
  const rows = dashboards.map(
    ({ uid, title, question }) => `| \`dashboards/${uid}.json\` | ${title} | ${question} |`,
  );
  return ["| File | Dashboard | What it answers |", "| --- | --- | --- |", ...rows].join("\n");
}

function into({ dashboardFolder, dashboardPath }: Provisioning): string {
  return `## Into Grafana

- **From files.** Copy \`dashboards/\` to \`${dashboardPath}\`, and what is below \`provisioning/\` to the same place below
  \`/etc/grafana/provisioning/\`; start Grafana again. The dashboards are in the folder ${dashboardFolder}. Leave the data source out
  where Grafana has that Prometheus already: each dashboard lets choose.
- **By hand.** Dashboards, New, Import, one file after the other. Import all of them: they link to each other by their uids.
- **In Kubernetes**, with the sidecar of Grafana's chart:
  \`kubectl create configmap mlx-headroom-dashboards --from-file=dashboards/\`, then
  \`kubectl label configmap mlx-headroom-dashboards grafana_dashboard=1\`.`;
}

function needs({ scrapeIntervalSeconds }: Provisioning): string {
  return `## What they need

- The exporter's metrics, and in the same data source the rules that are made with these files: baselines, thresholds, history and
  alerts are series that Prometheus records.
- A data source that knows how often is scraped (\`timeInterval\`, here ${scrapeIntervalSeconds}s): rates are taken over four times that.
- For Pipeline: a Prometheus that scrapes itself and Alertmanager, as the generated \`prometheus.yml\` does.
- For History: choose the Prometheus that keeps the recorded history. What is scraped and not recorded (limits, OOM kills, starts)
  reaches back no further than Prometheus keeps it.`;
}

function choosing(dashboards: readonly Dashboard[]): string {
  const labels = [
    ...new Set(dashboards.flatMap(({ variables }) => variables.map(({ label }) => label))),
  ];
  return `## Choosing

At the head of a dashboard: Data source, ${labels.join(", ")}.
The link "MLX headroom" leads to the other dashboards and takes what is chosen along; a click on a workload's name or line leads to its own dashboard. "Runbooks" and the links of a panel lead
to what can be done. An empty panel says why it may be empty: what is unknown is absent, and never 0.`;
}

const format = `## What kind of files these are

Classic dashboards of schema version 39: the kind that Grafana reads from files, and migrates to its own version when it loads them.
Grafana's foundation SDK is not used: what it builds has no panel ids and no data source at its queries, and variables with keys that
its own schema refuses. These files are held to Grafana's types and to the rules of its linter in the tests of mlx-headroom.`;
