import type { metrics } from "../../catalog/metrics.ts";
import { type MetricKey, type Sample } from "../../catalog/metrics.ts";
import type { Limit, Resource } from "../../model/limit.ts";
import { memoryUsed } from "../../model/memory-used.ts";
import type { Figure } from "../../model/reading.ts";
import type { ProcessView, ThreadGroup } from "../../model/view.ts";

/** Families whose labels are a process and nothing else. */
type ProcessMetric = {
  [K in MetricKey]: (typeof metrics)[K]["labels"] extends readonly ["workload", "pid"] ? K : never;
}[MetricKey];

/** Every series of one process. A figure that is absent has no series. */
export function processSamples(view: ProcessView): readonly Sample[] {
  const { process, reading } = view;
  const p = { workload: process.workload, pid: String(process.pid) };
  const samples: Sample[] = [
    {
      metric: "processInfo",
      labels: {
        ...p,
        runtime: process.runtime,
        role: process.role,
        model: process.model ?? "",
        port: process.port === undefined ? "" : String(process.port),
        user: process.user ?? "",
        unit: process.unit ?? "",
        container: "",
        pod: "",
        namespace: "",
        mlx_version: "",
        backend: "",
      },
      value: 1,
    },
    { metric: "processStartTime", labels: p, value: process.startTime },
  ];
  const { usage } = reading;
  for (const [mode, seconds] of [
    ["user", usage.cpuUserSeconds],
    ["system", usage.cpuSystemSeconds],
  ] as const) {
    if ("value" in seconds)
      samples.push({ metric: "processCpuSeconds", labels: { ...p, mode }, value: seconds.value });
  }
  for (const [metric, figure] of plainFigures(view)) {
    if ("value" in figure) samples.push({ metric, labels: p, value: figure.value });
  }
  for (const limit of view.limits) samples.push(...limitSamples(p, limit));
  for (const group of view.threads ?? []) samples.push(...threadSamples(p, group));
  return samples;
}

function plainFigures({ reading }: ProcessView): readonly (readonly [ProcessMetric, Figure])[] {
  const { usage, cgroup } = reading;
  const innermost = cgroup.memory[0];
  return [
    ["processMemoryUsed", memoryUsed(reading.usage)],
    ["processMemoryUsedPeak", usage.residentPeakBytes],
    ["processMemoryResident", usage.residentBytes],
    ["processMemoryAnonymous", usage.anonymousBytes],
    ["processMemorySwap", usage.swapBytes],
    ["processMemoryVirtual", usage.virtualBytes],
    ...(innermost === undefined
      ? []
      : ([
          ["processCgroupMemoryUsage", innermost.usageBytes],
          ["processCgroupMemoryWorkingSet", innermost.workingSetBytes],
        ] as const)),
    ["processDiskRead", usage.diskReadBytes],
    ["processDiskWritten", usage.diskWrittenBytes],
    ["processMajorPageFaults", usage.majorPageFaults],
    ["processOpenFds", usage.openFds],
    ["processThreads", usage.threads],
  ];
}

const limitMetrics = {
  memory: ["processMemoryLimit", "processMemoryHeadroom"],
  cpu: ["processCpuLimit", "processCpuHeadroom"],
  swap: ["processSwapLimit", "processSwapHeadroom"],
  cpu_time: ["processCpuTimeLimit", "processCpuTimeHeadroom"],
  locked_memory: ["processLockedMemoryLimit", "processLockedMemoryHeadroom"],
  threads: ["processThreadsLimit", "processThreadsHeadroom"],
  open_fds: ["processOpenFdsLimit", "processOpenFdsHeadroom"],
} as const satisfies Record<Resource, readonly [MetricKey, MetricKey]>;

interface ProcessLabels {
  readonly workload: string;
  readonly pid: string;
}

function threadSamples(
  p: ProcessLabels,
  { name: thread, threads, userSeconds, systemSeconds }: ThreadGroup,
): readonly Sample[] {
  const metric = "processThreadCpuSeconds";
  return [
    { metric, labels: { ...p, thread, mode: "user" }, value: userSeconds },
    { metric, labels: { ...p, thread, mode: "system" }, value: systemSeconds },
    { metric: "processThreadsByName", labels: { ...p, thread }, value: threads },
  ];
}

function limitSamples(p: ProcessLabels, limit: Limit): readonly Sample[] {
  const { resource, source, scope } = limit;
  const [limitMetric, headroomMetric] = limitMetrics[resource];
  const samples: Sample[] = [{ metric: limitMetric, labels: { ...p, source }, value: limit.limit }];
  if (limit.headroom !== undefined) {
    samples.push({ metric: headroomMetric, labels: { ...p, source }, value: limit.headroom });
  }
  if (limit.ratio !== undefined) {
    samples.push({
      metric: "processHeadroomRatio",
      labels: { ...p, resource, source },
      value: limit.ratio,
    });
  }
  if (limit.binding) {
    samples.push({
      metric: "processLimitBinding",
      labels: { ...p, resource, source, scope },
      value: 1,
    });
  }
  return samples;
}
