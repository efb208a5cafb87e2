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

/** Series of others that rules read. */
const foreign: Readonly<Record<string, KnownSeries>> = {
  ALERTS: { type: "gauge", labels: undefined, key: undefined },
  ALERTS_FOR_STATE: { type: "gauge", labels: undefined, key: undefined },
  prometheus_rule_evaluation_failures_total: {
    type: "counter",
    labels: [...targetLabels, "rule_group"],
    key: [...targetLabels, "rule_group"],
  },
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
  ]);
}
