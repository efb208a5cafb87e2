import { gpuMemory } from "../../model/gpu-memory.ts";
import type { GpuReading } from "../../model/reading.ts";
import { inUnits } from "../../model/in-units.ts";
import type { Limit, Resource } from "../../model/limit.ts";
import { memoryUsed } from "../../model/memory-used.ts";
import { processKey } from "../../model/process.ts";
import type { AllocatorReading } from "../../model/reading.ts";
import { limitsWorthShowing, tightestOf, urgencyOf } from "../../model/urgency.ts";
import type { ProcessView } from "../../model/view.ts";

/** How a person calls a resource. */
const words: Readonly<Record<Resource, string>> = {
  memory: "memory",
  swap: "swap",
  gpu_memory: "GPU memory",
  cpu: "CPU",
  cpu_time: "CPU time",
  threads: "threads",
  open_fds: "descriptors",
  locked_memory: "locked memory",
};

/** What is left of these has a column; the style hides the last ones first where the window is narrow. */
const columns: readonly Resource[] = ["memory", "cpu", "open_fds", "threads"];

/** One process as the template's words: a line of the table, and the details that unfold below it. */
export function processRow({ process, reading, limits, unavailable }: ProcessView): object {
  const used = memoryUsed(reading.usage);
  const memory = "value" in used ? inUnits("memory", used.value) : "unknown";
  const tightest = tightestOf(limits);
  return {
    key: `p${processKey(process)}`,
    workload: process.workload,
    pid: process.pid,
    level: urgencyOf(tightest),
    known: tightest !== undefined,
    full: fullness(tightest?.ratio),
    tightest: tightest === undefined ? "no limit is known" : shareLeft(tightest),
    memory,
    cells: columns.map((resource) => {
      const limit = limits.find(
        (candidate) => candidate.binding && candidate.resource === resource,
      );
      return { ...marks(limit), text: leftUnder(limit) };
    }),
    facts: [
      { name: "pid", value: process.pid },
      { name: "runtime", value: `${process.runtime}, ${process.role}` },
      { name: "model", value: process.model },
      { name: "port", value: process.port },
      { name: "user", value: process.user },
      { name: "unit", value: process.unit },
      { name: "container", value: process.container },
      { name: "pod", value: process.pod },
      { name: "namespace", value: process.namespace },
      { name: "memory used", value: memory },
      { name: "MLX", value: mlxText(reading.allocator) },
      { name: "MLX's allocator", value: allocatorText(reading.allocator) },
      { name: "GPU memory", value: onGpus(reading.gpu) },
    ].filter(({ value }) => value !== undefined && value !== ""),
    bars: limitsWorthShowing(limits).map(bar),
    absent: unavailable
      .filter(({ reason }) => reason !== "unlimited")
      .map(({ field, reason }) => `${field} (${reason.replace("_", " ")})`)
      .join(", "),
    unlimited: unavailable
      .filter(({ reason }) => reason === "unlimited")
      .map(({ field }) => field.replace("_limit", ""))
      .join(", "),
  };
}

/** `0.32.4 (cpu)`, as far as it is reported. */
function mlxText({ mlxVersion, backend }: AllocatorReading): string | undefined {
  return backend === undefined ? mlxVersion : `${mlxVersion ?? ""} (${backend})`.trim();
}

/** What the allocator holds, or what is wrong with the report; nothing for a process that does not report. */
function allocatorText(allocator: AllocatorReading): string | undefined {
  const { activeBytes, cacheBytes, peakBytes, reportTime, refused } = allocator;
  if (refused !== undefined) return `its report is refused: ${refused}`;
  if (!("value" in reportTime)) return undefined;
  if (!("value" in activeBytes && "value" in cacheBytes && "value" in peakBytes)) {
    return `not reported since ${new Date(reportTime.value * 1000).toISOString()}`;
  }
  const [active, cache, peak] = [activeBytes, cacheBytes, peakBytes].map(({ value }) =>
    inUnits("memory", value),
  );
  return `${active} active, ${cache} cache, ${peak} peak`;
}

/** `39 GiB`; nothing where there is no GPU, or the process uses none. */
function onGpus(reading: GpuReading | undefined): string | undefined {
  if (reading === undefined) return undefined;
  const bytes = gpuMemory(reading);
  if (!("value" in bytes)) return "unknown";
  return bytes.value === 0 ? undefined : inUnits("gpu_memory", bytes.value);
}

/** One bar: how full the binding limit of a resource is. */
function bar(limit: Limit): object {
  const { resource, source, scope, usage, ratio } = limit;
  return {
    resource: words[resource],
    full: fullness(ratio),
    ...marks(limit),
    text: `${leftUnder(limit)} left of ${inUnits(resource, limit.limit)}, ${inUnits(resource, usage ?? 0)} in use`,
    bound: scope === source ? source : `${source} (${shortened(scope)})`,
  };
}

/** Percent of a limit that is gone, within what a bar can show; a limit of 0 is full. */
export function fullness(ratio: number | undefined): number {
  return ratio === undefined ? 100 : Math.min(100, Math.max(0, Math.round((1 - ratio) * 100)));
}

/** The level, and whether it stands beside the figure: only what runs short is marked. */
function marks(limit: Limit | undefined): { readonly level: string; readonly marked: boolean } {
  const level = urgencyOf(limit);
  return { level, marked: level === "critical" || level === "low" };
}

function shareLeft({ resource, ratio }: Limit): string {
  const what = words[resource];
  if (ratio === undefined) return `the ${what} limit is 0`;
  if (ratio < 0) return `over the ${what} limit`;
  return `${ratio > 0 && ratio < 0.01 ? "<1" : Math.floor(ratio * 100)} % of ${what} left`;
}

function leftUnder(limit: Limit | undefined): string {
  return limit?.headroom === undefined ? "unknown" : inUnits(limit.resource, limit.headroom);
}

/** The end of a long cgroup path says most; a page must stay small whatever paths are called. */
function shortened(scope: string): string {
  const characters = Array.from(scope);
  return characters.length <= 120 ? scope : `…${characters.slice(-119).join("")}`;
}
