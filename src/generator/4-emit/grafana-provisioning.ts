import type { Provisioning } from "../../model/plan.ts";
import { duration } from "./duration.ts";

/** Tells Grafana to read dashboards from a folder. */
export function emitDashboardProvider(provisioning: Provisioning): unknown {
  return {
    apiVersion: 1,
    providers: [
      {
        name: "mlx-headroom",
        folder: provisioning.dashboardFolder,
        type: "file",
        disableDeletion: true,
        allowUiUpdates: false,
        updateIntervalSeconds: 60,
        options: { path: provisioning.dashboardPath },
      },
    ],
  };
}

/** Tells Grafana of the Prometheus that evaluates the rules. */
export function emitDataSource(provisioning: Provisioning): unknown {
  return {
    apiVersion: 1,
    datasources: [
      {
        name: "Prometheus (mlx-headroom)",
        uid: "mlx-headroom-prometheus",
        type: "prometheus",
        access: "proxy",
        url: provisioning.prometheusUrl,
        // $__rate_interval is made of this.
        jsonData: {
          httpMethod: "POST",
          timeInterval: duration(provisioning.scrapeIntervalSeconds),
        },
      },
    ],
  };
}
