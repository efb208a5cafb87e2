import type { Host, Roots } from "../../model/host.ts";
import type { Look, LookedLevel } from "../../model/look.ts";
import type { MlxProcess } from "../../model/process.ts";
import type { HostReading, ProcessReading } from "../../model/reading.ts";
import type { CollectorOutcome } from "../../model/view.ts";
import { createCgroupMemory } from "./linux-cgroup-memory.ts";
import { createPlaceFinder } from "./linux-cgroup-places.ts";
import { createCgroupWatch } from "./linux-cgroup-watch.ts";
import { createCgroupReader } from "./linux-cgroup.ts";
import { collectLinuxHost } from "./linux-host.ts";
import { readProcStat } from "./linux-proc-stat.ts";
import { collectLinuxProcess } from "./linux-process.ts";
import { readPulse } from "./linux-pulse.ts";

/** One process that was still there when it was read. */
export interface Collected {
  readonly process: MlxProcess;
  readonly reading: ProcessReading;
}

/** What one pass read. */
export interface Pass {
  readonly processes: readonly Collected[];
  readonly host: HostReading;
  /** Cgroup levels around the processes, and around those of the pass before, with what happened there. */
  readonly levels: readonly LookedLevel[];
  readonly outcomes: readonly CollectorOutcome[];
}

export interface Collector {
  /**
   * Reads the host and every given process. A process that ended since it was discovered is left out: that is no
   * failure. Each source is timed by itself, and one that fails never takes the others with it.
   */
  collect(processes: readonly MlxProcess[]): Pass;
  /** The light look between two passes, at the processes of the last one. */
  pulse(processes: readonly MlxProcess[]): Look;
}

/** Remembers from one pass to the next only where cgroups are, and what had happened in them. */
export function createCollector(host: Host, roots: Roots): Collector {
  const memory = createCgroupMemory(host, roots);
  const watch = createCgroupWatch(host, memory);

  return {
    collect(processes) {
      const seconds = { host: 0, process: 0, cgroup: 0 };
      const timed = <T>(collector: keyof typeof seconds, work: () => T): T => {
        const start = host.clock.monotonicSeconds();
        try {
          return work();
        } finally {
          seconds[collector] += host.clock.monotonicSeconds() - start;
        }
      };

      const hostReading = timed("host", () => collectLinuxHost(host, roots));
      const findPlace = timed("cgroup", () => createPlaceFinder(host, roots, memory));
      const readCgroup = createCgroupReader(host, roots, findPlace);
      const collected = processes.flatMap((process): readonly Collected[] => {
        const own = timed("process", () => collectLinuxProcess(host, roots, process));
        if (own === undefined) return [];
        const cgroup = timed("cgroup", () => readCgroup(process.pid));
        // One that died on the way was last read as a zombie: without memory, and at the top of every cgroup tree.
        if (readProcStat(host, roots, process) === undefined) return [];
        return [{ process, reading: { ...own, cgroup } }];
      });
      const levels = timed("cgroup", () =>
        watch.pass(
          collected.map(({ process }) => process),
          findPlace,
        ),
      );

      const success = {
        host: "value" in hostReading.memoryTotalBytes && "value" in hostReading.cpuCores,
        process: collected.every(({ reading }) => "value" in reading.usage.residentBytes),
        // A controller that this machine does not mount is no failure; one that it hides from us is.
        cgroup: collected.every(({ reading }) =>
          Object.values(reading.cgroup.missing).every((reason) => reason === "unsupported"),
        ),
      };
      return {
        processes: collected,
        host: hostReading,
        levels,
        outcomes: (["host", "process", "cgroup"] as const).map((collector) => ({
          collector,
          success: success[collector],
          seconds: seconds[collector],
        })),
      };
    },
    pulse: (processes) => readPulse(host, roots, processes, watch.pulse()),
  };
}
