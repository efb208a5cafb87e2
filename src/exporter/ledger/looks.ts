import type { MemoryAround } from "../../model/incident.ts";
import type { Look, LookedLevel } from "../../model/look.ts";
import type { MlxProcess } from "../../model/process.ts";
import {
  known,
  missing,
  type Figure,
  type HostReading,
  type ProcessReading,
} from "../../model/reading.ts";
import type { CollectorOutcome } from "../../model/view.ts";

/** What the ledger remembers of a full pass. */
export function looksOf(pass: {
  readonly processes: readonly { readonly process: MlxProcess; readonly reading: ProcessReading }[];
  readonly host: HostReading;
  readonly outcomes: readonly CollectorOutcome[];
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
    processes: pass.processes.map(({ process, reading }) => {
      const memory = memoryAround(reading, pass.host);
      return {
        process,
        cpuSeconds: cpuOf(reading),
        oomFiles: reading.cgroup.oomFiles,
        ...(memory !== undefined && { memory }),
      };
    }),
    ...(pass.outcomes.some(({ collector }) => collector === "cgroup") && {
      levels: levelsOf(pass.processes),
    }),
    cpuSeconds,
  };
}

/** Every level around any of the processes once, with the workloads it holds. */
function levelsOf(
  processes: readonly { readonly process: MlxProcess; readonly reading: ProcessReading }[],
): readonly LookedLevel[] {
  const levels = new Map<string, LookedLevel>();
  for (const { process, reading } of processes) {
    const { memory, cpu } = reading.cgroup;
    const around: readonly Omit<LookedLevel, "workloads">[] = [
      ...memory.map(({ scope, events, maxBytes, workingSetBytes }) => ({
        resource: "memory" as const,
        scope,
        events,
        limit: maxBytes,
        usage: workingSetBytes,
      })),
      ...cpu.map(({ scope, events, quotaCores }) => ({
        resource: "cpu" as const,
        scope,
        events,
        limit: quotaCores,
        usage: missing("not_measured"),
      })),
    ];
    for (const level of around) {
      const key = `${level.resource} ${level.scope}`;
      const workloads = new Set(levels.get(key)?.workloads).add(process.workload);
      levels.set(key, { ...level, workloads: [...workloads] });
    }
  }
  return [...levels.values()];
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

/** CPU time that was not idle, in seconds since boot: what other programs could not have. */
function busySeconds({ cpuSeconds }: HostReading): number | undefined {
  if (cpuSeconds.size === 0) return undefined;
  let busy = 0;
  for (const [mode, seconds] of cpuSeconds)
    if (mode !== "idle" && mode !== "iowait") busy += seconds;
  return busy;
}
