import { historyName, historyResources, outlookNames } from "../../catalog/history.ts";
import type { HistoryResource, HistoryStatistic, HistoryWindow } from "../../catalog/history.ts";
import type { InputSeries, RuleTest, SampleExpectation, Stretch } from "../../model/plan.ts";
import { climb, exported, hold, minute, nothing, recorded, studio1, studio2 } from "./matrix.ts";
import type { ScrapeTarget } from "./matrix.ts";
import { series } from "./promql.ts";
import { stepSeconds as step } from "./scraping.ts";

/**
 * The claims about peaks and percentiles. No sample lies on the edge of a window that is asked about, because
 * Prometheus 2 counts it and Prometheus 3 does not.
 */
export function historyMatrix(): readonly RuleTest[] {
  return [
    claim(
      "the most and the 95th percentile of five minutes and of an hour are told apart, and the hour before is forgotten",
      [...gauges(studio1, spikes), cpu(studio1, ...bursts), ratio(...ratios)],
      ...gaugeResources.flatMap((resource) => [
        is(resource, "max", "5m", 80 * minute, 50),
        rounded(resource, "p95", "5m", 80 * minute, 31),
        is(resource, "max", "1h", 80 * minute, 90),
        is(resource, "p95", "1h", 80 * minute, 40),
      ]),
      is("cpu", "max", "5m", 80 * minute, 2),
      is("cpu", "p95", "5m", 80 * minute, 2),
      is("cpu", "max", "1h", 80 * minute, 3),
      is("cpu", "p95", "1h", 80 * minute, 2),
      recorded(outlookNames.headroom, ratioLabels, 80 * minute + 5, 0.2),
    ),
    claim(
      "a restart of the exporter, which is silent for two minutes and counts from 0, changes nothing",
      [
        ...gauges(studio1, [hold(40, 30 * minute), nothing(2 * minute), hold(40, 30 * minute)]),
        cpu(studio1, climb(900, 1, 30 * minute), nothing(2 * minute), climb(0, 1, 30 * minute)),
      ],
      ...historyResources.flatMap((resource) =>
        [31 * minute, 33 * minute, 60 * minute].flatMap((at) => [
          is(resource, "max", "5m", at, resource === "cpu" ? 1 : 40),
          is(resource, "max", "1h", at, resource === "cpu" ? 1 : 40),
        ]),
      ),
      is("memory", "p95", "1h", 33 * minute, 40),
    ),
    claim(
      "what ended is absent when its window is over, and never 0",
      [
        ...gauges(studio1, [hold(40, 10 * minute), "stale"]),
        cpu(studio1, climb(0, 1, 10 * minute), "stale"),
      ],
      ...historyResources.flatMap((resource) => [
        is(resource, "max", "1h", 60 * minute, resource === "cpu" ? 1 : 40),
        ...(["max", "p95"] as const).flatMap((statistic) => [
          isAbsent(resource, statistic, "5m", 18 * minute),
          isAbsent(resource, statistic, "1h", 73 * minute),
        ]),
      ]),
    ),
    claim(
      "what was never known is absent, beside what is known and beside a true 0",
      [
        exported("workloadMemoryUsed", studio1, { workload }, hold(40, 10 * minute)),
        exported("workloadOpenFds", studio1, { workload }, hold(0, 10 * minute)),
      ],
      is("memory", "max", "1h", 5 * minute, 40),
      is("open_fds", "max", "1h", 5 * minute, 0),
      ...(["gpu_memory", "cpu", "threads"] as const).flatMap((resource) =>
        (["5m", "1h"] as const).map((window) => isAbsent(resource, "max", window, 5 * minute)),
      ),
      { expr: outlookNames.headroom, atSeconds: 5 * minute + 5, samples: [] },
    ),
    claim(
      "one workload on two hosts has two histories",
      [
        exported("workloadThreads", studio1, { workload }, hold(40, 10 * minute)),
        exported("workloadThreads", studio2, { workload }, hold(60, 10 * minute)),
      ],
      is("threads", "max", "5m", 6 * minute, 40),
      is("threads", "max", "5m", 6 * minute, 60, studio2),
    ),
  ];
}

const workload = "chat";
const gaugeResources = ["memory", "gpu_memory", "open_fds", "threads"] as const;

/** 99 was more than an hour ago; in the hour it is 90 once and 40 otherwise, in the last minutes 50 once and else 30. */
const spikes: readonly Stretch[] = [
  hold(99, 20 * minute),
  nothing(step),
  hold(40, 20 * minute),
  hold(90, step),
  hold(40, 35 * minute - 2 * step),
  nothing(step),
  hold(30, 2 * minute),
  hold(50, step),
  hold(30, 10 * minute),
];

/** One core, three for two minutes, and two at the end. */
const bursts: readonly Stretch[] = [
  climb(0, 1, 50 * minute),
  climb(50 * minute, 3, 2 * minute),
  climb(56 * minute, 1, 18 * minute),
  climb(74 * minute, 2, 10 * minute),
];

const ratioLabels = { ...studio1, workload, resource: "swap" };
const ratios: readonly Stretch[] = [
  hold(0.1, 15 * minute),
  nothing(10 * minute),
  hold(0.5, 30 * minute),
  hold(0.2, step),
  hold(0.6, 30 * minute),
];

function ratio(...stretches: readonly Stretch[]): InputSeries {
  return exported(
    "workloadHeadroomRatio",
    studio1,
    { workload, resource: ratioLabels.resource },
    ...stretches,
  );
}

/** All gauges alike. */
function gauges(target: ScrapeTarget, stretches: readonly Stretch[]): readonly InputSeries[] {
  return (
    ["workloadMemoryUsed", "workloadGpuMemory", "workloadOpenFds", "workloadThreads"] as const
  ).map((key) => exported(key, target, { workload }, ...stretches));
}

function cpu(target: ScrapeTarget, ...stretches: readonly Stretch[]): InputSeries {
  return exported("workloadCpuSeconds", target, { workload }, ...stretches);
}

function is(
  resource: HistoryResource,
  statistic: HistoryStatistic,
  window: HistoryWindow,
  atSeconds: number,
  value: number,
  target: ScrapeTarget = studio1,
): SampleExpectation {
  // A rate is not the same to the last bit in every Prometheus.
  if (resource === "cpu") return rounded(resource, statistic, window, atSeconds, value, target);
  const name = historyName(resource, statistic, window);
  return recorded(name, { ...target, workload }, atSeconds + 5, value);
}

/**
 * Of twenty samples one is 50 and the others are 30: what lies between is not the same to the last bit. VictoriaMetrics
 * keeps the name of what it rounds, and drops it at the sum, as Prometheus does at both.
 */
function rounded(
  resource: HistoryResource,
  statistic: HistoryStatistic,
  window: HistoryWindow,
  atSeconds: number,
  value: number,
  target: ScrapeTarget = studio1,
): SampleExpectation {
  const labels = { ...target, workload };
  return {
    expr: `round(${series(historyName(resource, statistic, window), labels)}, 0.01) + 0`,
    atSeconds: atSeconds + 5,
    samples: [{ series: series("", labels), value }],
  };
}

function isAbsent(
  resource: HistoryResource,
  statistic: HistoryStatistic,
  window: HistoryWindow,
  atSeconds: number,
): SampleExpectation {
  const name = historyName(resource, statistic, window);
  return { expr: name, atSeconds: atSeconds + 5, samples: [] };
}

function claim(
  text: string,
  input: readonly InputSeries[],
  ...samples: readonly SampleExpectation[]
): RuleTest {
  return { claim: text, input, alerts: [], samples };
}
