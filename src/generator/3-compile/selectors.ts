import { metrics } from "../../catalog/metrics.ts";
import type { MetricKey } from "../../catalog/metrics.ts";

/** Families without a pid: what dashboards may read. */
type SharedKey = Exclude<MetricKey, `process${string}`>;

/** Series of the chosen hosts. */
export function ofHost(key: SharedKey): string {
  return `${metrics[key].name}{job=~"$job",instance=~"$instance"}`;
}

/** Series of the chosen workloads on the chosen hosts. */
export function ofWorkload(key: SharedKey): string {
  return `${metrics[key].name}{job=~"$job",instance=~"$instance",workload=~"$workload"}`;
}
