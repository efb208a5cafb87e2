import type { Incident, MemoryAround } from "../../model/incident.ts";
import { processKey, type MlxProcess } from "../../model/process.ts";

/** Makes log lines of processes that ended. */
export interface Endings {
  /** Remembers under which memory limit a living process was last seen. */
  remember(process: MlxProcess, memory: MemoryAround): void;
  /** Takes in the vanished processes of one look, each of which is judged once. */
  tell(verdicts: {
    readonly killed: readonly MlxProcess[];
    readonly ended: readonly MlxProcess[];
  }): readonly Incident[];
}

/**
 * One line for all processes of a workload that ended in the same way within one look: a crash loop must not fill the
 * disk with its log. The kernel says that it killed, not under which limit: that is taken from the last full look.
 */
export function createEndings(): Endings {
  const around = new Map<string, MemoryAround>();

  return {
    remember(process, memory) {
      around.set(processKey(process), memory);
    },
    tell({ killed, ended }) {
      const scopeOf = (process: MlxProcess) => around.get(processKey(process))?.scope ?? "";
      const incidents = [
        ...counted(killed, scopeOf).map(({ first, count }): Incident => ({
          kind: "oom_kill",
          workload: first.workload,
          resource: "memory",
          pid: first.pid,
          count,
          ...around.get(processKey(first)),
        })),
        ...counted(ended, () => "").map(({ first, count }): Incident => ({
          kind: "exit",
          workload: first.workload,
          pid: first.pid,
          count,
        })),
      ];
      for (const process of [...killed, ...ended]) around.delete(processKey(process));
      return incidents;
    },
  };
}

/** Counts processes by workload and scope; each count comes with the first process it counts. */
function counted(
  processes: readonly MlxProcess[],
  scopeOf: (process: MlxProcess) => string,
): readonly { readonly first: MlxProcess; readonly count: number }[] {
  const counts = new Map<string, { readonly first: MlxProcess; count: number }>();
  for (const process of processes) {
    const key = `${process.workload} ${scopeOf(process)}`;
    const entry = counts.get(key) ?? { first: process, count: 0 };
    entry.count += 1;
    counts.set(key, entry);
  }
  return [...counts.values()];
}
