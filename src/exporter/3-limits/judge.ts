import type { MlxProcess } from "../../model/process.ts";
import type { Figure, HostReading, ProcessReading, Unavailable } from "../../model/reading.ts";
import type { ProcessView } from "../../model/view.ts";
import { limitsOf } from "./limits.ts";

/** Where rates come from: the ledger, which remembers earlier looks. */
export interface RateSource {
  processCores(process: MlxProcess): Figure;
  /** Of a cgroup by its scope, or of the machine under `host`. */
  levelCores(scope: string): Figure;
}

/** Puts every process under the limits that apply to it, and lists what is absent and why. */
export function judge(
  processes: readonly { readonly process: MlxProcess; readonly reading: ProcessReading }[],
  host: HostReading,
  rates: RateSource,
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

function absentUsage({ usage }: ProcessReading): readonly Unavailable[] {
  return Object.entries(usageFields).flatMap(([key, field]) => {
    const figure = usage[key as keyof typeof usageFields];
    return "value" in figure ? [] : [{ field, reason: figure.missing }];
  });
}
