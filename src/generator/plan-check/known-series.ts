import { constants } from "../../catalog/alerts.ts";
import { constantLabels } from "../../catalog/constant-labels.ts";
import { historyNames, outlookNames } from "../../catalog/history.ts";
import { metrics } from "../../catalog/metrics.ts";

/** What is known of the series of one name. */
export interface KnownSeries {
  readonly type: "gauge" | "counter";
  /** Undefined: whatever labels others put on it. */
  readonly labels: readonly string[] | undefined;
  /** Labels that no two series share; undefined where two series may differ in a label that nobody foresaw. */
  readonly key: readonly string[] | undefined;
}

/** What Prometheus puts on every series that it scrapes. */
export const targetLabels = ["job", "instance"] as const;

/** Series of others: later versions may have labels more, so that none is known by these alone. */
const of = (type: KnownSeries["type"], ...labels: readonly string[]): KnownSeries => ({
  type,
  labels: [...targetLabels, ...labels],
  key: undefined,
});

/** Series of others that rules and dashboards read. */
const foreign: Readonly<Record<string, KnownSeries>> = {
  ALERTS: { type: "gauge", labels: undefined, key: undefined },
  ALERTS_FOR_STATE: { type: "gauge", labels: undefined, key: undefined },
  prometheus_rule_evaluation_failures_total: {
    type: "counter",
    labels: [...targetLabels, "rule_group"],
    key: [...targetLabels, "rule_group"],
  },
  prometheus_build_info: of("gauge", "version"),
  prometheus_rule_group_interval_seconds: of("gauge", "rule_group"),
  prometheus_rule_group_last_duration_seconds: of("gauge", "rule_group"),
  prometheus_rule_group_last_evaluation_timestamp_seconds: of("gauge", "rule_group"),
  prometheus_rule_group_iterations_missed_total: of("counter", "rule_group"),
  prometheus_notifications_alertmanagers_discovered: of("gauge"),
  prometheus_notifications_sent_total: of("counter", "alertmanager"),
  prometheus_notifications_errors_total: of("counter", "alertmanager"),
  prometheus_notifications_dropped_total: of("counter"),
  prometheus_config_last_reload_successful: of("gauge"),
  prometheus_tsdb_head_series: of("gauge"),
  prometheus_tsdb_storage_blocks_bytes: of("gauge"),
  alertmanager_build_info: of("gauge", "version"),
  alertmanager_alerts: of("gauge", "state"),
  alertmanager_notifications_total: of("counter", "integration"),
  alertmanager_notifications_failed_total: of("counter", "integration"),
  alertmanager_config_last_reload_successful: of("gauge"),
};

/**
 * Every series that a rule or a panel may read, by name: of the catalogue, ours that are recorded, and a few of others.
 * `beside` are labels that a policy knows on what is scraped, such as the cluster.
 */
export function knownSeries(beside: readonly string[]): ReadonlyMap<string, KnownSeries> {
  const scraped = [...targetLabels, ...beside];
  const gauge = (...labels: readonly string[]): KnownSeries => ({
    type: "gauge",
    labels: [...scraped, ...labels],
    key: [...scraped, ...labels],
  });
  return new Map<string, KnownSeries>([
    ...Object.values(metrics).map(({ name, type, labels }): [string, KnownSeries] => {
      const all = [...scraped, ...labels];
      return [name, { type, labels: all, key: all }];
    }),
    ...historyNames.map((name): [string, KnownSeries] => [name, gauge("workload")]),
    ...Object.values(outlookNames).map((name): [string, KnownSeries] => [
      name,
      gauge("workload", "resource"),
    ]),
    // Written by as many files as there are workloads: one written twice fails every rule that joins it as it is.
    ...(Object.keys(constants) as (keyof typeof constants)[]).map((key): [string, KnownSeries] => [
      constants[key],
      {
        type: "gauge",
        labels: key === "workloadPolicy" ? undefined : [...constantLabels[key], ...beside],
        key: undefined,
      },
    ]),
    ...Object.entries(foreign),
    ["up", gauge()],
    // What Prometheus says of a scrape, and a program of itself.
    ["scrape_duration_seconds", gauge()],
    ["scrape_samples_scraped", gauge()],
    ["process_resident_memory_bytes", gauge()],
    ["process_cpu_seconds_total", { ...gauge(), type: "counter" }],
  ]);
}
