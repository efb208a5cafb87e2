import { processKey, type MlxProcess } from "../../model/process.ts";
import type { Figure, HostReading, ProcessReading, Unavailable } from "../../model/reading.ts";
import type { ProcessView } from "../../model/view.ts";
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
      unavailable: [...absentUsage(reading), ...unavailable, ...reading.cgroup.unavailable],
      ownSeries: ownSeries.has(processKey(process)),
    };
  });
}

/** Usage figures by the name their metric has after `mlx_process_`. */
const usageFields = {
  cpuUserSeconds: "cpu_seconds",
  residentBytes: "memory_resident_bytes",
  residentPeakBytes: "memory_used_peak_bytes",
  anonymousBytes: "memory_anonymous_bytes",
  swapBytes: "memory_swap_bytes",
  virtualBytes: "memory_virtual_bytes",
  threads: "threads",
  openFds: "open_fds",
  diskReadBytes: "disk_read_bytes",
  diskWrittenBytes: "disk_written_bytes",
  majorPageFaults: "major_page_faults",
} as const satisfies Partial<Record<keyof ProcessReading["usage"], string>>;

function absentUsage({ usage, threads }: ProcessReading): readonly Unavailable[] {
  const absent = Object.entries(usageFields).flatMap(([key, field]): readonly Unavailable[] => {
    const figure = usage[key as keyof typeof usageFields];
    return "value" in figure ? [] : [{ field, reason: figure.missing }];
  });
  return threads !== undefined && "missing" in threads
    ? [...absent, { field: "thread_cpu_seconds", reason: threads.missing }]
    : absent;
}
