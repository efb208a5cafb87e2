import type { Host, Roots } from "../../model/host.ts";
import type { MlxProcess } from "../../model/process.ts";
import type { HostReading, ProcessReading } from "../../model/reading.ts";
import type { CollectorOutcome } from "../../model/view.ts";
import { createCgroupReader } from "./linux-cgroup.ts";
import { collectLinuxHost } from "./linux-host.ts";
import { collectLinuxProcess } from "./linux-process.ts";

/** One process that was still there when it was read. */
export interface Collected {
  readonly process: MlxProcess;
  readonly reading: ProcessReading;
}

/**
 * Reads the host and every given process. A process that ended since it was discovered is left out: that is no
 * failure. Each source is timed by itself, and one that fails never takes the others with it.
 */
export function collect(
  host: Host,
  roots: Roots,
  processes: readonly MlxProcess[],
): {
  readonly processes: readonly Collected[];
  readonly host: HostReading;
  readonly outcomes: readonly CollectorOutcome[];
} {
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
  const readCgroup = timed("cgroup", () => createCgroupReader(host, roots));
  const collected = processes.flatMap((process): readonly Collected[] => {
    const own = timed("process", () => collectLinuxProcess(host, roots, process));
    if (own === undefined) return [];
    return [
      { process, reading: { ...own, cgroup: timed("cgroup", () => readCgroup(process.pid)) } },
    ];
  });

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
    outcomes: (["host", "process", "cgroup"] as const).map((collector) => ({
      collector,
      success: success[collector],
      seconds: seconds[collector],
    })),
  };
}
