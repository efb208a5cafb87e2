import { defaultPort, scrapeJob } from "../../catalog/alerts.ts";
import type { Provisioning, Scraping } from "../../model/plan.ts";

/** How often the example configuration scrapes and evaluates; the generated tests step alike. */
export const scrapeIntervalSeconds = 15;

/** What Prometheus reads, and whom it tells. */
export function compileScraping(): Scraping {
  return {
    intervalSeconds: scrapeIntervalSeconds,
    alertmanager: "127.0.0.1:9093",
    jobs: [
      {
        name: scrapeJob,
        // The exporter's labels pod, container and namespace are those of the workload, not of the exporter.
        honorLabels: true,
        target: `127.0.0.1:${defaultPort}`,
        why: "One target per host that runs mlx-headroom serve. honor_labels keeps the workload's own labels.",
      },
      {
        name: "prometheus",
        honorLabels: false,
        target: prometheusAddress,
        why: "Prometheus itself: MlxRuleFailing reads how its rules fare.",
      },
    ],
    kubernetes: {
      job: scrapeJob,
      podLabels: { "app.kubernetes.io/name": scrapeJob },
      port: "metrics",
      instanceFrom: "__meta_kubernetes_pod_node_name",
      hostOutside: `studio-1.example.org:${defaultPort}`,
    },
  };
}

/** What Grafana must be told to show the dashboard. */
export function compileProvisioning(): Provisioning {
  return {
    prometheusUrl: `http://${prometheusAddress}`,
    dashboardFolder: "MLX",
    dashboardPath: "/etc/grafana/dashboards",
    scrapeIntervalSeconds,
  };
}

/** Where Prometheus listens unless told otherwise. */
export const prometheusAddress = "127.0.0.1:9090";
