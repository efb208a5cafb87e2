import { processKey, type MlxProcess } from "../../model/process.ts";
import type { WorkloadCounters } from "../../model/view.ts";

/** Workload names that were given up: by a config that no longer has them, or by processes that live on under another. */
export interface Renames {
  /** Compares two looks, one after the other. */
  observe(before: readonly MlxProcess[], now: readonly MlxProcess[]): void;
  /** These names are given up until a process is seen under them. */
  giveUp(names: readonly string[]): void;
  /** The same counters, less the memory of a server under a name it was given up for: nothing is missing there. */
  forgive(counters: ReadonlyMap<string, WorkloadCounters>): ReadonlyMap<string, WorkloadCounters>;
}

/** Without this a reload that renames a server, or no longer has a stopped one, would raise MlxWorkloadDown. */
export function createRenames(): Renames {
  const left = new Set<string>();

  return {
    observe(before, now) {
      const names = new Map(now.map((process) => [processKey(process), process.workload]));
      for (const process of before) {
        if ((names.get(processKey(process)) ?? process.workload) !== process.workload)
          left.add(process.workload);
      }
      for (const { workload } of now) left.delete(workload);
    },
    giveUp(names) {
      for (const name of names) left.add(name);
    },
    forgive(counters) {
      for (const name of left) if (!counters.has(name)) left.delete(name);
      if (left.size === 0) return counters;
      return new Map(
        [...counters].map(([name, entry]) => [
          name,
          left.has(name) ? { ...entry, lastServerSeen: -Infinity } : entry,
        ]),
      );
    },
  };
}
