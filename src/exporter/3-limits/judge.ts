import { processKey, type MlxProcess } from "../../model/process.ts";
import type { Figure } from "../../model/figure.ts";
import type { HostReading, ProcessReading } from "../../model/reading.ts";
import type { ProcessView } from "../../model/view.ts";
import { absentUsage } from "./absent-usage.ts";
import { limitsOf } from "./limits.ts";

/** Where rates come from: the ledger, which remembers earlier looks. */
export interface RateSource {
  processCores(process: MlxProcess): Figure;
  /** Of a cgroup by its scope, or of the machine under `host`. */
  levelCores(scope: string): Figure;
}

/**
 * Puts every process under the limits that apply to it, and lists what is absent and why. `ownSeries` holds the keys of processes
 * that get series with their pid.
 */
export function judge(
  processes: readonly { readonly process: MlxProcess; readonly reading: ProcessReading }[],
  host: HostReading,
  rates: RateSource,
  ownSeries: ReadonlySet<string>,
): readonly ProcessView[] {
  return processes.map(({ process, reading }) => {
    const { limits, unavailable } = limitsOf({
      identity: process,
      process: reading,
      host,
      rates: {
        process: rates.processCores(process),
        host: rates.levelCores("host"),
        level: (scope) => rates.levelCores(scope),
      },
    });
    return {
      process,
      reading,
      limits,
      unavailable: [
        ...absentUsage(process, reading),
        ...unavailable,
        ...reading.cgroup.unavailable,
      ],
      ownSeries: ownSeries.has(processKey(process)),
    };
  });
}
