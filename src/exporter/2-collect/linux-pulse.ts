import type { Host, Roots } from "../../model/host.ts";
import type { Look, LookedLevel } from "../../model/look.ts";
import type { MlxProcess } from "../../model/process.ts";
import { known } from "../../model/figure.ts";
import { readProcStat } from "./linux-proc-stat.ts";

/**
 * The light look between scrapes: one small file for each tracked process and a few for each cgroup level around
 * them, and none for anything else.
 */
export function readPulse(
  host: Host,
  roots: Roots,
  processes: readonly MlxProcess[],
  levels: readonly LookedLevel[],
): Look {
  return {
    processes: processes.flatMap((process) => {
      const stat = readProcStat(host, roots, process);
      if (stat === undefined) return [];
      return [
        {
          process,
          cpuSeconds: known((stat.userTicks + stat.systemTicks) / host.ticksPerSecond),
          oomFiles: [],
        },
      ];
    }),
    levels,
    cpuSeconds: new Map(),
  };
}
