import { metrics, type Family } from "../../catalog/metrics.ts";
import type { Limit } from "../../model/limit.ts";
import type { RecordedFigure } from "./process-figures.ts";

/** Whose series are wanted. */
export interface HistorySubject {
  readonly workload: string;
  /** Absent where there is one exporter only. */
  readonly instance?: string;
}

/** The kind of figure that a query asks for; every answer is one series for each process, event or limit. */
export type HistoryKey =
  | { readonly of: "there" }
  | { readonly of: "info" }
  | { readonly of: "start" }
  | { readonly of: "figure"; readonly figure: RecordedFigure }
  | { readonly of: "event"; readonly event?: string; readonly prefix?: string }
  | { readonly of: "limit"; readonly resource: Limit["resource"] }
  | { readonly of: "available" };

export interface HistoryQuery {
  readonly key: HistoryKey;
  readonly expression: string;
}

const figures: readonly (readonly [RecordedFigure, Family, string?])[] = [
  ["memoryUsedBytes", metrics.processMemoryUsed],
  ["memoryPeakBytes", metrics.processMemoryUsedPeak],
  ["residentBytes", metrics.processMemoryResident],
  ["anonymousBytes", metrics.processMemoryAnonymous],
  ["swapBytes", metrics.processMemorySwap],
  ["virtualBytes", metrics.processMemoryVirtual],
  ["gpuMemoryBytes", metrics.processGpuMemory, "gpu"],
  ["allocatorActiveBytes", metrics.processAllocatorActive],
  ["allocatorCacheBytes", metrics.processAllocatorCache],
  ["allocatorPeakBytes", metrics.processAllocatorPeak],
  ["cpuSeconds", metrics.processCpuSeconds, "mode"],
  ["openFds", metrics.processOpenFds],
  ["threads", metrics.processThreads],
];

/** Named as live recordings name them; `prefix` goes before the label that tells them apart. */
const events: readonly (readonly [Family, Omit<Extract<HistoryKey, { of: "event" }>, "of">])[] = [
  [metrics.workloadOomKills, { event: "oom_kill" }],
  [metrics.workloadMemoryLimitEvents, { prefix: "" }],
  [metrics.workloadSwapLimitEvents, { prefix: "swap_" }],
  [metrics.workloadThreadsLimitEvents, { event: "threads_max" }],
  [metrics.workloadCpuPeriods, { event: "periods" }],
  [metrics.workloadCpuThrottledPeriods, { event: "throttled_periods" }],
  [metrics.workloadCpuThrottledSeconds, { event: "throttled_seconds" }],
];

const limits: readonly (readonly [Limit["resource"], Family])[] = [
  ["memory", metrics.processMemoryLimit],
  ["swap", metrics.processSwapLimit],
  ["gpu_memory", metrics.processGpuMemoryLimit],
  ["cpu", metrics.processCpuLimit],
  ["threads", metrics.processThreadsLimit],
  ["open_fds", metrics.processOpenFdsLimit],
];

/** Everything that a recording holds, as range queries. The largest of replicas is taken, so that they count once. */
export function historyQueries(subject: HistorySubject): readonly HistoryQuery[] {
  const of = ({ name }: Family) => `${name}${matchers(subject)}`;
  const { instance } = subject;
  const onHost = instance === undefined ? "" : `{instance=${JSON.stringify(instance)}}`;
  return [
    { key: { of: "there" }, expression: `max(${of(metrics.workloadProcesses)})` },
    { key: { of: "info" }, expression: `max by (pid, role) (${of(metrics.processInfo)})` },
    { key: { of: "start" }, expression: `max by (pid) (${of(metrics.processStartTime)})` },
    ...figures.map(([figure, family, without]): HistoryQuery => {
      const one = without === undefined ? of(family) : `sum without (${without}) (${of(family)})`;
      return { key: { of: "figure", figure }, expression: `max by (pid) (${one})` };
    }),
    ...events.map(([family, how]): HistoryQuery => ({
      key: { of: "event", ...how },
      expression: `max by (event) (${of(family)})`,
    })),
    ...limits.map(([resource, family]): HistoryQuery => ({
      key: { of: "limit", resource },
      expression: `max by (pid, source) (${of(family)})`,
    })),
    {
      key: { of: "available" },
      expression: `max(${metrics.hostMemoryAvailable.name}${onHost})`,
    },
  ];
}

/** What was there at the end of the range, for the header: one instant query each. */
export function headerQueries(subject: HistorySubject, rangeSeconds: number) {
  const { instance } = subject;
  const onHost = instance === undefined ? "" : `{instance=${JSON.stringify(instance)}}`;
  const ever = (name: string) => `last_over_time(${name}[${Math.ceil(rangeSeconds)}s])`;
  const info = ever(`${metrics.processInfo.name}${matchers(subject)}`);
  return {
    instances: `count by (instance) (${ever(`${metrics.workloadProcesses.name}${matchers(subject)}`)})`,
    info: `count by (runtime, model, mlx_version) (${info})`,
    memory: `max(${ever(`${metrics.hostMemoryTotal.name}${onHost}`)})`,
    cores: `max(${ever(`${metrics.hostCpuCores.name}${onHost}`)})`,
  };
}

/** A workload's name needs no escaping: its grammar has no quote. */
function matchers({ workload, instance }: HistorySubject): string {
  const own = `workload="${workload}"`;
  return instance === undefined ? `{${own}}` : `{${own},instance=${JSON.stringify(instance)}}`;
}
