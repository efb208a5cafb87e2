import { valueOf } from "../../model/figure.ts";
import type { HostReading } from "../../model/reading.ts";
import type { RecordedProcess, RecordingSample } from "../../model/recording.ts";
import type { ProcessView, WorkloadCounters } from "../../model/view.ts";
import { processFigures, recordedFigures } from "./process-figures.ts";

/** What one look saw of the workload, and of what is around it. */
export interface Seen {
  readonly processes: readonly ProcessView[];
  /** Of every workload that its processes go by. */
  readonly counters: readonly WorkloadCounters[];
  readonly host: HostReading;
}

/** One look as one line; `t` seconds after the beginning. */
export function sampleLine(t: number, { processes, counters, host }: Seen): RecordingSample {
  const cgroups = innermost(processes);
  const available = valueOf(host.memoryAvailableBytes);
  return {
    kind: "sample",
    t,
    processes: processes.map(recorded),
    ...(cgroups.length > 0 && { cgroups }),
    events: eventsOf(counters),
    ...(available !== undefined && { host: { memoryAvailableBytes: available } }),
  };
}

function recorded({ process, reading }: ProcessView): RecordedProcess {
  const figures = recordedFigures.flatMap((name) => {
    const value = valueOf(processFigures[name](reading));
    return value === undefined ? [] : [[name, value] as const];
  });
  const { pid, startTime, role } = process;
  return { pid, startTime, role, ...Object.fromEntries(figures) };
}

/** The innermost memory cgroup of each process, each once. */
function innermost(processes: readonly ProcessView[]): NonNullable<RecordingSample["cgroups"]> {
  const levels = new Map(
    processes.flatMap(({ reading }) => {
      const [level] = reading.cgroup.memory;
      return level === undefined ? [] : [[level.scope, level] as const];
    }),
  );
  return [...levels.values()].map(({ scope, usageBytes, workingSetBytes }) => {
    const [usage, workingSet] = [valueOf(usageBytes), valueOf(workingSetBytes)];
    return {
      scope,
      ...(usage !== undefined && { usageBytes: usage }),
      ...(workingSet !== undefined && { workingSetBytes: workingSet }),
    };
  });
}

function eventsOf(counters: readonly WorkloadCounters[]): Readonly<Record<string, number>> {
  const total: Record<string, number> = {};
  for (const { oomKills, levelEvents } of counters) {
    const counted = { ...(oomKills !== undefined && { oom_kill: oomKills }), ...levelEvents };
    for (const [name, count] of Object.entries(counted)) total[name] = (total[name] ?? 0) + count;
  }
  return total;
}
