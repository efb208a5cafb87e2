import type { MemoryAround } from "../../model/incident.ts";
import type { Look, LookedLevel, LookedPressure } from "../../model/look.ts";
import type { MlxProcess } from "../../model/process.ts";
import { known, missing, type Figure } from "../../model/figure.ts";
import type { HostReading, ProcessReading } from "../../model/reading.ts";

/** What the ledger remembers of a full pass. */
export function looksOf(pass: {
  readonly processes: readonly {
    readonly process: MlxProcess;
    readonly reading: ProcessReading;
    readonly at?: number;
  }[];
  readonly host: HostReading;
  readonly levels: readonly LookedLevel[];
}): Look {
  const cpuSeconds = new Map<string, number>();
  for (const { reading } of pass.processes) {
    for (const { scope, usageSeconds } of reading.cgroup.cpu) {
      if ("value" in usageSeconds) cpuSeconds.set(scope, usageSeconds.value);
    }
  }
  const busy = busySeconds(pass.host);
  if (busy !== undefined) cpuSeconds.set("host", busy);
  return {
    processes: pass.processes.map(({ process, reading, at }) => {
      const memory = memoryAround(reading, pass.host);
      const gpuSeconds = gpuSecondsOf(reading);
      const { mlxVersion } = reading.allocator;
      return {
        process,
        cpuSeconds: cpuOf(reading),
        oomFiles: reading.cgroup.oomFiles,
        ...(at !== undefined && { at }),
        ...(gpuSeconds !== undefined && { gpuSeconds }),
        ...(memory !== undefined && { memory }),
        ...(mlxVersion !== undefined && { mlxVersion }),
      };
    }),
    levels: pass.levels,
    pressures: pressuresOf(pass.processes),
    cpuSeconds,
  };
}

/** Every cgroup that keeps pressure once, with the workloads it holds. */
function pressuresOf(
  processes: readonly { readonly process: MlxProcess; readonly reading: ProcessReading }[],
): readonly LookedPressure[] {
  const pressures = new Map<string, LookedPressure>();
  for (const { process, reading } of processes) {
    const { pressure } = reading.cgroup;
    if (pressure === undefined) continue;
    const before = pressures.get(pressure.scope);
    const workloads = [...new Set(before?.workloads).add(process.workload)];
    pressures.set(pressure.scope, { ...pressure, workloads });
  }
  return [...pressures.values()];
}

/** The level that holds a process with the least memory left, the host being the outermost; the innermost on a tie. */
function memoryAround(
  { cgroup }: ProcessReading,
  { memoryTotalBytes: total, memoryAvailableBytes: available }: HostReading,
): MemoryAround | undefined {
  const levels = cgroup.memory.flatMap(({ scope, maxBytes, workingSetBytes }) =>
    "value" in maxBytes && "value" in workingSetBytes
      ? [{ scope, limit: maxBytes.value, usage: workingSetBytes.value }]
      : [],
  );
  if ("value" in total && "value" in available)
    levels.push({ scope: "host", limit: total.value, usage: total.value - available.value });
  const left = ({ limit, usage }: MemoryAround) => limit - usage;
  return levels.toSorted((a, b) => left(a) - left(b))[0];
}

function cpuOf({ usage }: ProcessReading): Figure {
  const { cpuUserSeconds: user, cpuSystemSeconds: system } = usage;
  return "value" in user && "value" in system
    ? known(user.value + system.value)
    : missing("not_measured");
}

/** On all GPUs together; undefined where no driver keeps it. */
function gpuSecondsOf({ gpu }: ProcessReading): Figure | undefined {
  const figures = (gpu?.uses ?? []).flatMap(({ seconds }) => seconds ?? []);
  const unknown = figures.find((figure) => "missing" in figure);
  if (figures.length === 0 || unknown !== undefined) return unknown;
  return known(figures.reduce((sum, figure) => sum + ("value" in figure ? figure.value : 0), 0));
}

/** CPU time that was not idle, in seconds since boot: what other programs could not have. */
function busySeconds({ cpuSeconds }: HostReading): number | undefined {
  if (cpuSeconds.size === 0) return undefined;
  let busy = 0;
  for (const [mode, seconds] of cpuSeconds)
    if (mode !== "idle" && mode !== "iowait") busy += seconds;
  return busy;
}
