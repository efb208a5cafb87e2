import type { MetricKey, Sample } from "../../catalog/metrics.ts";
import { gpuMemory } from "../../model/gpu-memory.ts";
import type { Limit, Resource } from "../../model/limit.ts";
import { memoryUsed, memoryUsedPeak } from "../../model/memory-used.ts";
import type { CgroupController, LevelEvent } from "../../model/cgroup-reading.ts";
import { missing, type Figure } from "../../model/figure.ts";
import type { ProcessUsage } from "../../model/reading.ts";
import type { ProcessView, WorkloadCounters, WorkloadView } from "../../model/view.ts";

/** Every series of one workload: what the rules and dashboards read. */
export function workloadSamples(view: WorkloadView): readonly Sample[] {
  const workload = view.name;
  const samples: Sample[] = [
    { metric: "workloadProcesses", labels: { workload }, value: view.processes.length },
    { metric: "workloadExpected", labels: { workload }, value: view.expected ? 1 : 0 },
    ...infoSamples(view),
    ...counterSamples(view),
    ...probeSamples(view),
  ];
  if (view.processes.length === 0) return samples;

  const usages = view.processes.map(({ reading }) => reading.usage);
  const used = usages.map(memoryUsed);
  const allocators = view.processes.map(({ reading }) => reading.allocator);
  const ranks = view.processes.filter(({ process }) => process.role === "rank").length;
  const onGpus = view.processes.map(({ reading: { gpu } }) =>
    gpu === undefined ? missing("not_measured") : gpuMemory(gpu),
  );
  const figures: readonly (readonly [WorkloadMetric, number | undefined])[] = [
    ["workloadMemoryUsed", sum(used)],
    ["workloadMemoryResident", sum(usages.map((usage) => usage.residentBytes))],
    ["workloadMemorySwap", sum(usages.map(swapped))],
    ["workloadAllocatorActive", sum(allocators.map(({ activeBytes }) => activeBytes))],
    ["workloadAllocatorCache", sum(allocators.map(({ cacheBytes }) => cacheBytes))],
    ["workloadAllocatorReportTime", smallestKnown(allocators.map(({ reportTime }) => reportTime))],
    ["workloadRanks", ranks === 0 ? undefined : ranks],
    ["workloadMemoryUsedMax", largest(used)],
    ["workloadMemoryUsedPeak", largest(usages.map(memoryUsedPeak))],
    ["workloadGpuMemory", sum(onGpus)],
    ["workloadGpuMemoryMax", largest(onGpus)],
    ["workloadOpenFds", sum(usages.map((usage) => usage.openFds))],
    ["workloadThreads", sum(usages.map((usage) => usage.threads))],
    ["workloadConnections", sumOfConnections(view.processes)],
  ];
  for (const [metric, value] of figures)
    if (value !== undefined) samples.push({ metric, labels: { workload }, value });
  return [...samples, ...limitSamples(view)];
}

type WorkloadMetric = Extract<
  MetricKey,
  | "workloadMemoryUsed"
  | "workloadMemoryResident"
  | "workloadMemorySwap"
  | "workloadAllocatorActive"
  | "workloadAllocatorCache"
  | "workloadAllocatorReportTime"
  | "workloadRanks"
  | "workloadMemoryUsedMax"
  | "workloadMemoryUsedPeak"
  | "workloadGpuMemory"
  | "workloadGpuMemoryMax"
  | "workloadOpenFds"
  | "workloadThreads"
  | "workloadConnections"
>;

/** A sum over all processes, or nothing when one of them is unknown: a sum of some would look like less. */
function sum(figures: readonly Figure[]): number | undefined {
  let total = 0;
  for (const figure of figures) {
    if (!("value" in figure)) return undefined;
    total += figure.value;
  }
  return total;
}

/** Of the processes that serve; nothing where none does. */
function sumOfConnections(processes: readonly ProcessView[]): number | undefined {
  const figures = processes.flatMap(({ reading }) => reading.connections ?? []);
  return figures.length === 0 ? undefined : sum(figures);
}

function largest(figures: readonly Figure[]): number | undefined {
  const values = figures.flatMap((figure) => ("value" in figure ? [figure.value] : []));
  return values.length === figures.length ? Math.max(...values) : undefined;
}

/** Of those that are known at all. */
function smallestKnown(figures: readonly Figure[]): number | undefined {
  const values = figures.flatMap((figure) => ("value" in figure ? [figure.value] : []));
  return values.length === 0 ? undefined : Math.min(...values);
}

/** macOS compresses before it swaps, and does not tell the two apart. */
function swapped({ swapBytes, darwin }: ProcessUsage): Figure {
  return darwin?.compressedBytes ?? swapBytes;
}

/** One series per distinct set of facts; a workload without processes keeps the facts it was last seen with. */
function infoSamples({ name, processes, counters }: WorkloadView): readonly Sample[] {
  const facts =
    processes.length > 0
      ? processes.map(({ process, reading }) => ({
          runtime: process.runtime,
          model: process.model ?? "",
          mlx_version: reading.allocator.mlxVersion ?? "",
        }))
      : counters === undefined
        ? []
        : [
            {
              runtime: counters.runtime,
              model: counters.model ?? "",
              mlx_version: counters.mlxVersion ?? "",
            },
          ];
  const distinct = new Map(facts.map((fact) => [JSON.stringify(fact), fact]));
  return [...distinct.values()].map((fact) => ({
    metric: "workloadInfo",
    labels: { workload: name, ...fact },
    value: 1,
  }));
}

function counterSamples({ name: workload, counters }: WorkloadView): readonly Sample[] {
  if (counters === undefined) return [];
  return [
    { metric: "workloadCpuSeconds", labels: { workload }, value: counters.cpuSeconds },
    { metric: "workloadProcessStarts", labels: { workload }, value: counters.processStarts },
    ...counted("workloadOomKills", workload, counters.oomKills),
    ...counted("workloadGpuSeconds", workload, counters.gpuSeconds),
    ...levelEventSamples(workload, counters),
    ...counters.pressure.map(({ resource, kind, seconds }): Sample => ({
      metric: "workloadPressureSeconds",
      labels: { workload, resource, kind },
      value: seconds,
    })),
    ...Object.entries(counters.processExits).map(([reason, value]): Sample => ({
      metric: "workloadProcessExits",
      labels: { workload, reason },
      value,
    })),
  ];
}

/** A count that nothing keeps has no series. */
function counted(
  metric: "workloadOomKills" | "workloadGpuSeconds",
  workload: string,
  value: number | undefined,
): readonly Sample[] {
  return value === undefined ? [] : [{ metric, labels: { workload }, value }];
}

function probeSamples({ name: workload, probe }: WorkloadView): readonly Sample[] {
  if (probe === undefined) return [];
  return [
    { metric: "workloadProbeSuccess", labels: { workload }, value: probe.success ? 1 : 0 },
    { metric: "workloadProbeDuration", labels: { workload }, value: probe.seconds },
  ];
}

/** Where the events of cgroup levels are published. */
const levelEventSeries = {
  periods: { metric: "workloadCpuPeriods" },
  throttled_periods: { metric: "workloadCpuThrottledPeriods" },
  throttled_seconds: { metric: "workloadCpuThrottledSeconds" },
  high: { metric: "workloadMemoryLimitEvents", event: "high" },
  max: { metric: "workloadMemoryLimitEvents", event: "max" },
  oom: { metric: "workloadMemoryLimitEvents", event: "oom" },
  swap_max: { metric: "workloadSwapLimitEvents", event: "max" },
  swap_fail: { metric: "workloadSwapLimitEvents", event: "fail" },
  threads_max: { metric: "workloadThreadsLimitEvents" },
} as const satisfies Record<LevelEvent, { readonly metric: MetricKey; readonly event?: string }>;

/** An event that no level around the workload counts has no series. */
function levelEventSamples(workload: string, { levelEvents }: WorkloadCounters): readonly Sample[] {
  return (Object.keys(levelEventSeries) as LevelEvent[]).flatMap((key): readonly Sample[] => {
    const value = levelEvents[key];
    if (value === undefined) return [];
    const series = levelEventSeries[key];
    return "event" in series
      ? [{ metric: series.metric, labels: { workload, event: series.event }, value }]
      : [{ metric: series.metric, labels: { workload }, value }];
  });
}

const resources: readonly Resource[] = [
  "memory",
  "swap",
  "gpu_memory",
  "cpu",
  "cpu_time",
  "threads",
  "open_fds",
  "locked_memory",
];

/** Resources whose binding limit is told in bytes besides its ratio. */
const byteSeries: Partial<Record<Resource, readonly [ByteMetric, ByteMetric]>> = {
  memory: ["workloadMemoryLimit", "workloadMemoryHeadroom"],
  gpu_memory: ["workloadGpuMemoryLimit", "workloadGpuMemoryHeadroom"],
};

type ByteMetric = Extract<MetricKey, `workload${"Memory" | "GpuMemory"}${"Limit" | "Headroom"}`>;

function limitSamples(view: WorkloadView): readonly Sample[] {
  const workload = view.name;
  return resources.flatMap((resource): readonly Sample[] => {
    const labels = { workload, resource };
    const limited = isLimited(view.processes, resource);
    const samples: Sample[] =
      limited === undefined ? [] : [{ metric: "workloadLimited", labels, value: limited ? 1 : 0 }];
    const worst = worstBinding(view.processes, resource);
    if (worst === undefined) return samples;
    if (worst.ratio !== undefined)
      samples.push({ metric: "workloadHeadroomRatio", labels, value: worst.ratio });
    samples.push({
      metric: "workloadLimitBinding",
      labels: { ...labels, source: worst.source, scope: worst.scope },
      value: 1,
    });
    const [limit, headroom] = byteSeries[resource] ?? [];
    if (limit !== undefined && headroom !== undefined && worst.headroom !== undefined) {
      samples.push(
        { metric: limit, labels: { workload }, value: worst.limit },
        { metric: headroom, labels: { workload }, value: worst.headroom },
      );
    }
    return samples;
  });
}

/** The binding limit of the process that is worst off: least ratio, and a limit of 0 before any. */
export function worstBinding(
  processes: readonly ProcessView[],
  resource: Resource,
): Limit | undefined {
  return processes
    .flatMap(({ limits }) => limits.filter((limit) => limit.binding && limit.resource === resource))
    .sort((a, b) => (a.ratio ?? -Infinity) - (b.ratio ?? -Infinity))[0];
}

/**
 * Whether every process is limited by more than the host; undefined when a limit may stand where nobody looked, and of
 * GPU memory where no process of it uses any.
 */
function isLimited(processes: readonly ProcessView[], resource: Resource): boolean | undefined {
  if (
    resource === "gpu_memory" &&
    !processes.some(({ limits }) => limits.some((limit) => limit.resource === resource))
  )
    return undefined;
  const free = processes.filter((process) => !hasNarrowerThanHost(process, resource));
  if (free.length === 0) return true;
  return free.every((process) => isUnseen(process, resource)) ? undefined : false;
}

/** Where limits of a resource stand that cgroups set. */
const controllers: Partial<Record<Resource, CgroupController>> = {
  memory: "memory",
  swap: "memory",
  cpu: "cpu",
  threads: "pids",
};

function isUnseen({ unavailable, reading }: ProcessView, resource: Resource): boolean {
  const controller = controllers[resource];
  if (controller !== undefined && reading.cgroup.hidden?.includes(controller) === true) return true;
  return unavailable.some(
    ({ field, reason }) =>
      field.startsWith(`${resource}_limit/`) &&
      // A guideline of MLX's: where nobody knows it, it hides nothing that could bind.
      field !== "memory_limit/mlx" &&
      (reason === "not_measured" ||
        reason === "forbidden" ||
        reason === "error" ||
        // macOS has such a limit for every process, and tells nobody which.
        (reason === "unsupported" && field === `${resource}_limit/rlimit`)),
  );
}

/** A limit on addresses may be wider than the machine's memory: it applies, but protects nobody. */
function hasNarrowerThanHost({ limits }: ProcessView, resource: Resource): boolean {
  const ofResource = limits.filter((limit) => limit.resource === resource);
  const host = ofResource.find(({ source }) => source === "host")?.limit ?? Infinity;
  return ofResource.some(
    ({ kind, source, limit }) =>
      kind === "hard" && source !== "host" && source !== "device" && limit < host,
  );
}
