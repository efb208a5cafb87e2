import type { metrics } from "../../catalog/metrics.ts";
import { type MetricKey, type Sample } from "../../catalog/metrics.ts";
import type { Limit, Resource } from "../../model/limit.ts";
import { memoryUsed, memoryUsedPeak } from "../../model/memory-used.ts";
import { known, type Figure } from "../../model/figure.ts";
import type { ProcessUsage } from "../../model/reading.ts";
import type { ProcessView, ThreadGroup } from "../../model/view.ts";
import { processGpuSamples } from "./gpu-samples.ts";
import { processLabels, type ProcessLabels } from "./process-labels.ts";

/** Families whose labels are a process and nothing else. */
type ProcessMetric = {
  [K in MetricKey]: (typeof metrics)[K]["labels"] extends readonly ["workload", "pid"] ? K : never;
}[MetricKey];

/** Every series of one process. A figure that is absent has no series. */
export function processSamples(view: ProcessView): readonly Sample[] {
  const { process, reading } = view;
  const labels = processLabels(process);
  const samples: Sample[] = [
    { metric: "processInfo", ...labels.info(reading.allocator), value: 1 },
    { metric: "processStartTime", ...labels.plain, value: process.startTime },
  ];
  if (process.labels !== undefined) {
    const published = { ...labels.plain.labels, ...process.labels };
    samples.push({ metric: "processLabels", labels: published, value: 1 });
  }
  const { cpuUserSeconds, cpuSystemSeconds } = reading.usage;
  if ("value" in cpuUserSeconds)
    samples.push({ metric: "processCpuSeconds", ...labels.user, value: cpuUserSeconds.value });
  if ("value" in cpuSystemSeconds)
    samples.push({ metric: "processCpuSeconds", ...labels.system, value: cpuSystemSeconds.value });
  for (const [metric, figure] of plainFigures(view)) {
    if ("value" in figure) samples.push({ metric, ...labels.plain, value: figure.value });
  }
  samples.push(...processGpuSamples(view));
  for (const limit of view.limits) addLimit(samples, labels, limit);
  for (const group of view.threads ?? []) addThreads(samples, labels, group);
  return samples;
}

function plainFigures({ reading }: ProcessView): readonly (readonly [ProcessMetric, Figure])[] {
  const { usage, cgroup, allocator } = reading;
  const innermost = cgroup.memory[0];
  return [
    ["processMemoryUsed", memoryUsed(reading.usage)],
    ["processMemoryUsedPeak", memoryUsedPeak(usage)],
    ...darwinFigures(usage),
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
    ["processAllocatorActive", allocator.activeBytes],
    ["processAllocatorCache", allocator.cacheBytes],
    ["processAllocatorPeak", allocator.peakBytes],
    ["processAllocatorReportTime", allocator.reportTime],
    ["processOpenFds", usage.openFds],
    ["processThreads", usage.threads],
  ];
}

function darwinFigures({ darwin }: ProcessUsage): readonly (readonly [ProcessMetric, Figure])[] {
  if (darwin === undefined) return [];
  const { footprintTime: time, compressedBytes } = darwin;
  return [
    ...(time === undefined ? [] : [["processMemoryUsedTime", known(time)] as const]),
    ["processMemoryCompressed", compressedBytes],
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
} as const satisfies Record<Exclude<Resource, "gpu_memory">, readonly [MetricKey, MetricKey]>;

function addLimit(samples: Sample[], labels: ProcessLabels, limit: Limit): void {
  if (limit.resource === "gpu_memory") return;
  const [limitMetric, headroomMetric] = limitMetrics[limit.resource];
  const { ofSource, ofRatio, ofBinding } = labels.of(limit);
  samples.push({ metric: limitMetric, ...ofSource, value: limit.limit });
  if (limit.headroom !== undefined)
    samples.push({ metric: headroomMetric, ...ofSource, value: limit.headroom });
  if (limit.ratio !== undefined)
    samples.push({ metric: "processHeadroomRatio", ...ofRatio, value: limit.ratio });
  if (limit.binding) samples.push({ metric: "processLimitBinding", ...ofBinding, value: 1 });
}

function addThreads(samples: Sample[], labels: ProcessLabels, group: ThreadGroup): void {
  const { name: thread, threads, userSeconds, systemSeconds } = group;
  const metric = "processThreadCpuSeconds";
  const p = labels.plain.labels;
  samples.push(
    { metric, labels: { ...p, thread, mode: "user" }, value: userSeconds },
    { metric, labels: { ...p, thread, mode: "system" }, value: systemSeconds },
    { metric: "processThreadsByName", labels: { ...p, thread }, value: threads },
  );
}
