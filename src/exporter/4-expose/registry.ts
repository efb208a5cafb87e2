import {
  collectDefaultMetrics,
  Counter,
  Gauge,
  Registry,
  type MetricObject,
  type RegistryContentType,
} from "prom-client";
import { metrics, type MetricKey, type Sample } from "../../catalog/metrics.ts";

/** The two formats Prometheus asks for. */
export type Format = "text" | "openmetrics";

/** Renders samples and the exporter's own figures as one exposition. */
export interface Renderer {
  render(
    samples: readonly Sample[],
    format: Format,
  ): Promise<{ readonly contentType: string; readonly text: string }>;
}

/**
 * Builds a registry afresh for every scrape. Three habits of prom-client make that a must: it keeps series that were
 * not set again; it renames a counter for good when it is once written as OpenMetrics; and it stores series under
 * their labels joined with commas, so that labels holding commas overwrite each other. Here every family hands over
 * its values itself, and nothing outlives its scrape. `exporterMetrics` false leaves out the exporter's own figures.
 */
export function createRenderer(exporterMetrics = true): Renderer {
  const own = new Registry();
  if (exporterMetrics) collectDefaultMetrics({ register: own });

  return {
    async render(samples, format) {
      const registry = new Registry<RegistryContentType>();
      if (format === "openmetrics") registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
      const byMetric = new Map<MetricKey, Family["values"][number][]>();
      for (const { metric, labels, value } of samples) {
        const values = byMetric.get(metric);
        if (values === undefined) byMetric.set(metric, [{ labels, value }]);
        else values.push({ labels, value });
      }
      // In the catalogue's order, so that two scrapes read alike.
      for (const key of Object.keys(metrics) as MetricKey[]) {
        const values = byMetric.get(key);
        if (values !== undefined) register(registry, { ...metrics[key], values });
      }
      for (const family of await own.getMetricsAsJSON()) {
        // prom-client names three gauges of its own like counters, which promtool rightly refuses.
        if (String(family.type) === "gauge" && family.name.endsWith("_total")) continue;
        register(registry, { ...family, type: String(family.type) as Family["type"] });
      }
      return { contentType: registry.contentType, text: await registry.metrics() };
    },
  };
}

interface Family {
  readonly name: string;
  readonly help: string;
  readonly type: "gauge" | "counter" | "histogram" | "summary";
  readonly values: readonly {
    readonly labels: object;
    readonly value: number;
    readonly metricName?: string;
  }[];
}

/** Adds a family that answers with values made beforehand. Never NaN or infinite: what is unknown is absent. */
function register(registry: Registry<RegistryContentType>, family: Family): void {
  const Kind = family.type === "counter" ? Counter : Gauge;
  const metric = new Kind({ name: family.name, help: family.help, registers: [] });
  const values = family.values.filter(({ value }) => Number.isFinite(value));
  const get = () => {
    // The registry takes `_total` off this object's name for OpenMetrics, and expects it gone here too.
    const { name } = metric as unknown as { readonly name: string };
    return Promise.resolve({ ...family, name, values } as unknown as MetricObject);
  };
  registry.registerMetric(Object.assign(metric, { get, type: family.type }));
}
