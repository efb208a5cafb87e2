import { gpuMemory } from "../../model/gpu-memory.ts";
import { memoryUsed, memoryUsedPeak } from "../../model/memory-used.ts";
import type { MlxProcess } from "../../model/process.ts";
import { known, missing, type Figure, type Unavailable } from "../../model/figure.ts";
import type { ProcessReading, GpuReading, GpuUse } from "../../model/reading.ts";

/** Usage figures by the name their metric has after `mlx_process_`; a test holds the list to the catalogue. */
const usageFigures: Readonly<Record<string, (reading: ProcessReading) => Figure>> = {
  cpu_seconds: ({ usage }) => firstMissing(usage.cpuUserSeconds, usage.cpuSystemSeconds),
  memory_used_bytes: ({ usage }) => memoryUsed(usage),
  memory_used_peak_bytes: ({ usage }) => memoryUsedPeak(usage),
  memory_resident_bytes: ({ usage }) => usage.residentBytes,
  memory_anonymous_bytes: ({ usage }) => usage.anonymousBytes,
  memory_swap_bytes: ({ usage }) => usage.swapBytes,
  memory_virtual_bytes: ({ usage }) => usage.virtualBytes,
  cgroup_memory_usage_bytes: (reading) => innermost(reading, "usageBytes"),
  cgroup_memory_working_set_bytes: (reading) => innermost(reading, "workingSetBytes"),
  disk_read_bytes: ({ usage }) => usage.diskReadBytes,
  disk_written_bytes: ({ usage }) => usage.diskWrittenBytes,
  major_page_faults: ({ usage }) => usage.majorPageFaults,
  allocator_active_bytes: ({ allocator }) => allocator.activeBytes,
  allocator_cache_bytes: ({ allocator }) => allocator.cacheBytes,
  allocator_peak_bytes: ({ allocator }) => allocator.peakBytes,
  allocator_report_timestamp_seconds: ({ allocator }) => allocator.reportTime,
  open_fds: ({ usage }) => usage.openFds,
  threads: ({ usage }) => usage.threads,
};

/** Of macOS alone, and said nowhere else. */
function absentOnDarwin({ usage: { darwin }, gpu }: ProcessReading): readonly Unavailable[] {
  if (darwin === undefined) return [];
  const figures: readonly (readonly [string, Figure])[] = [
    ["memory_compressed_bytes", darwin.compressedBytes],
    ["gpu_seconds", gpu === undefined ? known(0) : gpuSeconds(gpu)],
  ];
  return figures.flatMap(([field, figure]) =>
    "missing" in figure ? [{ field, reason: figure.missing }] : [],
  );
}

/** Known where it is known on every GPU. */
function gpuSeconds({ uses, missing: why }: GpuReading): Figure {
  if (why !== undefined) return missing(why);
  return uses.map(({ seconds = missing("unsupported") }) => seconds).find(isMissing) ?? known(0);
}

/** Of GPUs, said of no process where there is none. */
function absentOnGpus({ gpu }: ProcessReading): readonly Unavailable[] {
  if (gpu === undefined) return [];
  const figures: Readonly<Record<string, Figure>> = {
    gpu_memory_bytes: gpuMemory(gpu),
    gpu_utilization_ratio:
      gpu.missing === undefined
        ? (gpu.uses.map(({ utilizationRatio }) => utilizationRatio).find(isMissing) ?? known(0))
        : missing(gpu.missing),
  };
  const absent = Object.entries(figures).flatMap(([field, figure]): readonly Unavailable[] =>
    "missing" in figure ? [{ field, reason: figure.missing }] : [],
  );
  return gpu.uses.some(sharesMemory)
    ? [...absent, { field: "memory_cgroup_covers_gpu", reason: "unsupported" }]
    : absent;
}

/**
 * A GPU that has no memory of its own takes the machine's, past every cgroup: what is left under a cgroup's limit is
 * then more than there is, and the host's headroom counts.
 */
function sharesMemory({ part, totalBytes }: GpuUse): boolean {
  return part === "device" && "missing" in totalBytes && totalBytes.missing === "unsupported";
}

function isMissing(figure: Figure): boolean {
  return "missing" in figure;
}

/** Of the collector of threads, which says nothing of them while it is off: nobody asked. */
const threadFields = ["thread_cpu_seconds", "threads_by_name"];

/**
 * What is not known of one process and why, limits aside. Besides figures that is its environment: without it nobody
 * can say whether the process is a rank, nor whether a rule of the config asks for what is in it; and its unit, where
 * launchd would not say.
 */
export function absentUsage(process: MlxProcess, reading: ProcessReading): readonly Unavailable[] {
  const figures = Object.entries(usageFigures).flatMap(
    ([field, figureOf]): readonly Unavailable[] => {
      const figure = figureOf(reading);
      return "value" in figure ? [] : [{ field, reason: figure.missing }];
    },
  );
  const { environmentMissing, unitMissing } = process;
  const { threads, connections } = reading;
  return [
    ...figures,
    ...absentOnDarwin(reading),
    ...absentOnGpus(reading),
    ...(threads !== undefined && "missing" in threads
      ? threadFields.map((field) => ({ field, reason: threads.missing }))
      : []),
    ...(connections !== undefined && "missing" in connections
      ? [{ field: "connections", reason: connections.missing }]
      : []),
    ...(environmentMissing === undefined
      ? []
      : [{ field: "environment", reason: environmentMissing }]),
    ...(unitMissing === undefined ? [] : [{ field: "unit", reason: unitMissing }]),
  ];
}

function firstMissing(a: Figure, b: Figure): Figure {
  return "value" in a ? b : a;
}

function innermost({ cgroup }: ProcessReading, figure: "usageBytes" | "workingSetBytes"): Figure {
  return cgroup.memory[0]?.[figure] ?? missing(cgroup.missing.memory ?? "unsupported");
}
