import type { Host, Roots } from "../../model/host.ts";
import type { MlxProcess } from "../../model/process.ts";
import type { WorkloadRule } from "../../model/workload-rule.ts";
import { capped, type Dropped } from "./caps.ts";
import { membershipOf } from "./families.ts";
import { isAlive, listProcesses } from "./linux-processes.ts";
import { createMemory } from "./memory.ts";
import { ownLineage } from "./own-lineage.ts";

export interface DiscovererOptions {
  readonly rules: readonly WorkloadRule[];
  readonly maxProcesses?: number;
  readonly maxWorkloads?: number;
}

/** What one look at the machine found. */
export interface Discovery {
  /** Sorted by pid. */
  readonly processes: readonly MlxProcess[];
  readonly dropped: Dropped;
  /** How many processes the machine shows, MLX or not. */
  readonly seen: number;
  /** False when there is no process at all to see: procfs is not mounted there. */
  readonly readable: boolean;
}

export interface Discoverer {
  discover(host: Host, roots: Roots): Discovery;
  /** Names workloads by other rules from the next pass on. */
  configure(rules: readonly WorkloadRule[]): void;
}

/** Finds MLX processes, pass after pass. It remembers what it looked at, so that a pass costs little when nothing is new. */
export function createDiscoverer(options: DiscovererOptions): Discoverer {
  const { rules, maxProcesses = 256, maxWorkloads = 64 } = options;
  const memory = createMemory(rules);

  return {
    configure(next) {
      memory.configure(next);
    },
    discover(host, roots) {
      const { readable, byPid } = listProcesses(host, roots.procfs);
      const own = ownLineage(host, roots, byPid);
      const candidates = [...byPid.values()].filter(
        (stat) => isAlive(stat) && stat.pid !== own.self && !own.ancestors.has(stat.pid),
      );
      const pass = memory.examine(host, roots, candidates);
      const found: MlxProcess[] = [];
      for (const { pid, parentPid, startTicks } of candidates) {
        const member = membershipOf({ pid, parentPid, startTicks }, byPid, pass.standingOf);
        if (member === undefined) continue;
        const facts = pass.factsOf(pid);
        if (facts !== undefined) {
          found.push({ pid, parentPid, startTicks, ...facts, ...member.identity });
        }
      }
      return { ...capped(found, maxProcesses, maxWorkloads), seen: byPid.size, readable };
    },
  };
}
