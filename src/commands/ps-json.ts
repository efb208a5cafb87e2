import { gpuMemory } from "../model/gpu-memory.ts";
import { memoryUsed } from "../model/memory-used.ts";
import { valueOf, type Figure } from "../model/figure.ts";
import { unseenField, type Unseen } from "../model/unseen.ts";
import type { ProcessView } from "../model/view.ts";

/** What `ps --format json` prints. The keys are a contract; all figures are in base units; what is unknown is absent. `unseen` says why there may be other processes. */
export function processesJson(processes: readonly ProcessView[], unseen?: Unseen): string {
  const listed = {
    processes: processes.map(processJson),
    // As of a process: what is absent, and why.
    ...(unseen !== undefined && { unavailable: [{ field: unseenField, reason: unseen }] }),
  };
  return `${JSON.stringify(listed, undefined, 2)}\n`;
}

function processJson({ process, reading, limits, unavailable }: ProcessView): object {
  const { usage, allocator } = reading;
  const { pid, startTime, workload, runtime, role, model, port, user, unit } = process;
  const { container, pod, namespace, told } = process;
  const cpu = sum(usage.cpuUserSeconds, usage.cpuSystemSeconds);
  // JSON.stringify leaves out what is undefined.
  return {
    pid,
    startTime,
    workload,
    runtime,
    role,
    model,
    port,
    user,
    unit,
    container,
    pod,
    namespace,
    ...told,
    usage: {
      memoryUsedBytes: valueOf(memoryUsed(usage)),
      residentBytes: valueOf(usage.residentBytes),
      cpuSeconds: cpu,
      allocatorActiveBytes: valueOf(allocator.activeBytes),
      allocatorCacheBytes: valueOf(allocator.cacheBytes),
      allocatorPeakBytes: valueOf(allocator.peakBytes),
      gpuMemoryBytes: reading.gpu === undefined ? undefined : valueOf(gpuMemory(reading.gpu)),
      openFds: valueOf(usage.openFds),
      threads: valueOf(usage.threads),
    },
    limits: limits.map(
      ({ resource, source, kind, scope, gpu, limit, usage: used, headroom, ratio, binding }) => ({
        resource,
        source,
        kind,
        scope,
        gpu,
        limit,
        usage: used,
        headroom,
        ratio,
        binding,
      }),
    ),
    unavailable,
  };
}

function sum(a: Figure, b: Figure): number | undefined {
  return "value" in a && "value" in b ? a.value + b.value : undefined;
}
