import { defaultPort, scrapeJob } from "../../catalog/alerts.ts";
import type { Provisioning, Scraping } from "../../model/plan.ts";
import type { Policy } from "../../model/policy.ts";

/** The steps of the generated tests: as often as is scraped and evaluated where no policy says otherwise. */
export const stepSeconds = 15;

/** What Prometheus reads, and whom it tells. */
export function compileScraping({ intervalSeconds, selector }: Policy): Scraping {
  const { job = scrapeJob, ...others } = selector;
  return {
    intervalSeconds,
    alertmanager: alertmanagerAddress,
    jobs: [
      {
        name: job,
        // The exporter's labels pod, container and namespace are those of the workload, not of the exporter.
        honorLabels: true,
        target: `127.0.0.1:${defaultPort}`,
        ...(Object.keys(others).length > 0 && { labels: others }),
        why: "One target per host that runs mlx-headroom serve. honor_labels keeps the workload's own labels.",
      },
      {
        name: "prometheus",
        honorLabels: false,
        target: prometheusAddress,
        why: "Prometheus itself: MlxRuleFailing reads how its rules fare.",
      },
      {
        name: "alertmanager",
        honorLabels: false,
        target: alertmanagerAddress,
        why: "Alertmanager: the dashboard of the pipeline shows how its messages fare.",
      },
    ],
    kubernetes: {
      job: scrapeJob,
      podLabels: { "app.kubernetes.io/name": scrapeJob },
      port: "metrics",
      instanceFrom: "__meta_kubernetes_pod_node_name",
      withoutLabels: ["pod", "container", "namespace"],
      hostOutside: `studio-1.example.org:${defaultPort}`,
    },
  };
}

/** What Grafana must be told to show the dashboards. */
export function compileProvisioning({ intervalSeconds }: Policy): Provisioning {
  return {
    prometheusUrl: `http://${prometheusAddress}`,
    dashboardFolder: "MLX",
    dashboardPath: "/etc/grafana/dashboards",
    scrapeIntervalSeconds: intervalSeconds,
  };
}

/** Where Alertmanager listens unless told otherwise. */
const alertmanagerAddress = "127.0.0.1:9093";

/** Where Prometheus listens unless told otherwise. */
export const prometheusAddress = "127.0.0.1:9090";
