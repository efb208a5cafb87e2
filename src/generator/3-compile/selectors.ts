import { constants } from "../../catalog/alerts.ts";
import { metrics } from "../../catalog/metrics.ts";
import type { MetricKey } from "../../catalog/metrics.ts";
import { onlySlows } from "../../model/urgency.ts";

/** A matcher of resources whose end is a program's end: a busy CPU is no emergency, and would hide one. */
export const thatEnds = `resource!~"${onlySlows.join("|")}"`;

/** Families without a pid: what dashboards may read. */
type SharedKey = Exclude<MetricKey, `process${string}`>;

/**
 * What panels select series with: the choices of a dashboard's variables. Matchers of one's own come as text.
 * Series that may lack a label, as constants and alerts do, are chosen without it, too: hence the empty choices.
 */
export interface Selectors {
  /** Series of the chosen hosts. */
  host(key: SharedKey, ...more: readonly string[]): string;
  /** Series of the chosen workloads on the chosen hosts. */
  workload(key: SharedKey, ...more: readonly string[]): string;
  /** What Prometheus or the exporter's own process says of the scrape. */
  scrape(name: string, ...more: readonly string[]): string;
  /** Recorded history of the chosen workloads on the chosen hosts. */
  recorded(name: string, ...more: readonly string[]): string;
  /** Constants, of the chosen classes of hosts where they are of one. */
  constant(key: keyof typeof constants, ...more: readonly string[]): string;
  /** Our alerts about the chosen hosts, and those that name none. */
  alerts(...more: readonly string[]): string;
  /** Series of the chosen Prometheus servers, and of the chosen Alertmanagers. */
  prometheus(name: string, ...more: readonly string[]): string;
  alertmanager(name: string, ...more: readonly string[]): string;
}

/** `beside` are the labels that tell clusters or classes of hosts apart; each is a variable. */
export function selectorsFor(beside: readonly string[]): Selectors {
  const hosts = ["job", "instance", ...beside].map(chosen);
  const workloads = [...hosts, chosen("workload")];
  return {
    host: (key, ...more) => select(metrics[key].name, ...hosts, ...more),
    workload: (key, ...more) => select(metrics[key].name, ...workloads, ...more),
    scrape: (name, ...more) => select(name, ...hosts, ...more),
    recorded: (name, ...more) => select(name, ...workloads, ...more),
    constant: (key, ...more) => select(constants[key], ...beside.map(chosenOrNone), ...more),
    alerts: (...more) =>
      select(
        "ALERTS",
        'alertname=~"Mlx.+"',
        ...["job", "instance", ...beside].map(chosenOrNone),
        ...more,
      ),
    prometheus: (name, ...more) => select(name, 'instance=~"$prometheus"', ...more),
    alertmanager: (name, ...more) => select(name, 'instance=~"$alertmanager"', ...more),
  };
}

/** Matchers for constants of the chosen workloads alone, and of those or the defaults. */
export const ofWorkload = chosen("workload");
export const ofWorkloadOrAll = chosenOrNone("workload");
/** Of the chosen resources, where a dashboard lets choose them. */
export const ofResource = chosen("resource");

function chosen(label: string): string {
  return `${label}=~"$${label}"`;
}

function chosenOrNone(label: string): string {
  return `${label}=~"$${label}|"`;
}

function select(name: string, ...matchers: readonly string[]): string {
  return matchers.length === 0 ? name : `${name}{${matchers.join(",")}}`;
}
