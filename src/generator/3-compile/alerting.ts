import type { AlertName } from "../../catalog/alerts.ts";
import type { SampleExpectation } from "../../model/plan.ts";
import type { ScrapeTarget } from "./matrix.ts";
import type { Firing } from "./policy-firing.ts";
import { series } from "./promql.ts";

type Labels = Readonly<Record<string, string>>;

/** That an alert of a workload fires as it must on these hosts, and on no other. */
export function alerting(
  alertname: AlertName,
  firing: Firing,
  labels: Labels,
  atSeconds: number,
  ...targets: readonly ScrapeTarget[]
): SampleExpectation {
  const { severity = "" } = firing.labels;
  const alert = { alertname, alertstate: "firing" };
  return {
    expr: series("ALERTS", { ...alert, severity, ...labels }),
    atSeconds,
    samples: targets.map((target) => ({
      series: series("ALERTS", { ...alert, ...firing.labels, ...labels, ...target }),
      value: 1,
    })),
  };
}

/** That no alert of this name fires for the workload. */
export function silence(
  alertname: AlertName,
  workload: string,
  atSeconds: number,
): SampleExpectation {
  const expr = series("ALERTS", { alertname, alertstate: "firing", workload });
  return { expr, atSeconds, samples: [] };
}
