import type { MlxProcess } from "../../model/process.ts";

/** How many were left out because of the caps. */
export interface Dropped {
  /** Processes, those of workloads that were left out included. */
  readonly processes: number;
  readonly workloads: number;
  /** Label values that had to be cut or changed, of the processes that are kept. */
  readonly labels: number;
}

/**
 * Keeps the oldest processes and workloads, so that what is watched stays watched when something breeds processes.
 * Returns them sorted by pid.
 */
export function capped(
  found: readonly MlxProcess[],
  maxProcesses: number,
  maxWorkloads: number,
): { readonly processes: readonly MlxProcess[]; readonly dropped: Dropped } {
  const oldestFirst = [...found].sort((a, b) => a.startTicks - b.startTicks || a.pid - b.pid);
  const workloads = [...new Set(oldestFirst.map(({ workload }) => workload))];
  const kept = new Set(workloads.slice(0, maxWorkloads));
  const processes = oldestFirst
    .filter(({ workload }) => kept.has(workload))
    .slice(0, maxProcesses)
    .sort((a, b) => a.pid - b.pid);
  return {
    processes,
    dropped: {
      processes: found.length - processes.length,
      workloads: workloads.length - kept.size,
      labels: processes.filter(({ modelCut }) => modelCut).length,
    },
  };
}
