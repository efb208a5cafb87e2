import { constants } from "../../catalog/alerts.ts";
import { constantLabels } from "../../catalog/constant-labels.ts";
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
  up: { type: "gauge", labels: targetLabels, key: targetLabels },
  ALERTS: { type: "gauge", labels: undefined, key: undefined },
  ALERTS_FOR_STATE: { type: "gauge", labels: undefined, key: undefined },
  prometheus_rule_evaluation_failures_total: {
    type: "counter",
    labels: [...targetLabels, "rule_group"],
    key: [...targetLabels, "rule_group"],
  },
};

/** Every series that a rule or a panel may read, by name: of the catalogue, ours that are recorded, and a few of others. */
export const knownSeries: ReadonlyMap<string, KnownSeries> = new Map<string, KnownSeries>([
  ...Object.values(metrics).map(({ name, type, labels }): [string, KnownSeries] => {
    const all = [...targetLabels, ...labels];
    return [name, { type, labels: all, key: all }];
  }),
  // Written by as many files as there are workloads: one written twice fails every rule that joins it as it is.
  ...(Object.keys(constants) as (keyof typeof constants)[]).map((key): [string, KnownSeries] => [
    constants[key],
    { type: "gauge", labels: constantLabels[key], key: undefined },
  ]),
  ...Object.entries(foreign),
]);
