import { collectDefaultMetrics, Registry } from "prom-client";
import { metrics, type MetricKey, type Sample } from "../../catalog/metrics.ts";
import { writeExposition, type ExposedFamily, type Format } from "./text-format.ts";

/** Renders samples and the exporter's own figures as one exposition. */
export interface Renderer {
  render(
    samples: readonly Sample[],
    format: Format,
  ): Promise<{ readonly contentType: string; readonly text: string }>;
}

/** What this process cannot say of itself without looking at the machine. */
export interface OwnFigures {
  /** Descriptors this process has open; undefined where nobody can tell. */
  openFds(): number | undefined;
}

const contentTypes: Readonly<Record<Format, string>> = {
  text: Registry.PROMETHEUS_CONTENT_TYPE,
  openmetrics: Registry.OPENMETRICS_CONTENT_TYPE,
};

/**
 * What says little of a program with one loop and costs much: handles, requests and resources one by one (three of them
 * gauges named like counters, which promtool refuses), heap spaces, and what the event loop monitor would tell. Open
 * descriptors are counted here without listing them.
 */
const tooDear = /^(nodejs_(active_|heap_space_|eventloop_lag|gc_)|process_open_fds$)/;

/**
 * prom-client's event loop monitor would wake the process a hundred times a second: an exporter that nobody asks
 * anything should sleep. Its families go with it. Milliseconds, the longest that timers know.
 */
const neverMs = 2 ** 31 - 1;

/**
 * prom-client knows the exporter's own process_* and nodejs_* figures. What the exporter observes is not put into a
 * registry of it, for three of its habits: it keeps series that were not set again; it renames a counter for good when
 * that is once written as OpenMetrics; and it stores series under their labels joined with commas, so that labels
 * holding commas overwrite each other. Samples are made fresh for every scrape and outlive none.
 * Without `self` the exporter's own figures are left out.
 */
export function createRenderer(self?: OwnFigures): Renderer {
  const own = new Registry();
  if (self !== undefined)
    collectDefaultMetrics({ register: own, eventLoopMonitoringPrecision: neverMs });
  for (const { name } of own.getMetricsAsArray()) {
    if (tooDear.test(name)) own.removeSingleMetric(name);
  }

  return {
    async render(samples, format) {
      const text = writeExposition(
        [...familiesOf(samples), ...(await ownFamilies(own, self))],
        format,
      );
      return { contentType: contentTypes[format], text };
    },
  };
}

/** In the catalogue's order, so that two scrapes read alike. */
function familiesOf(samples: readonly Sample[]): readonly ExposedFamily[] {
  const byMetric = new Map<MetricKey, Sample[]>();
  for (const sample of samples) {
    const values = byMetric.get(sample.metric);
    if (values === undefined) byMetric.set(sample.metric, [sample]);
    else values.push(sample);
  }
  return (Object.keys(metrics) as MetricKey[]).flatMap((key) => {
    const values = byMetric.get(key);
    return values === undefined ? [] : [{ ...metrics[key], values }];
  });
}

async function ownFamilies(own: Registry, self?: OwnFigures): Promise<readonly ExposedFamily[]> {
  // The types of prom-client say that a type is a number; it is a word.
  const families = (await own.getMetricsAsJSON()) as unknown as readonly ExposedFamily[];
  const value = self?.openFds();
  if (value === undefined) return families;
  const help = "Number of open file descriptors.";
  return [
    ...families,
    { name: "process_open_fds", help, type: "gauge", values: [{ labels: {}, value }] },
  ];
}
