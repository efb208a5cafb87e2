import { collectorNames, type CollectorName } from "../../catalog/collectors.ts";
import type { Host, Roots } from "../../model/host.ts";
import type { MlxProcess } from "../../model/process.ts";
import {
  missing,
  type Figure,
  type HostReading,
  type ProcessReading,
  type ThreadsReading,
} from "../../model/reading.ts";
import type { CollectorOutcome } from "../../model/view.ts";
import { cgroupsUnread, createCgroupReader } from "./linux-cgroup.ts";
import { collectLinuxHost } from "./linux-host.ts";
import { readPressure } from "./linux-pressure.ts";
import { readOpenFds } from "./linux-proc-fds.ts";
import { diskBytesUnread, readDiskBytes } from "./linux-proc-io.ts";
import { collectLinuxProcess } from "./linux-process.ts";
import { readThreads } from "./linux-threads.ts";

/** One process that was still there when it was read. */
export interface Collected {
  readonly process: MlxProcess;
  readonly reading: ProcessReading;
}

/** Discovery has its own stage, which times itself. */
type Collector = Exclude<CollectorName, "discover">;

/**
 * Reads the host and every given process with the collectors that are on. A process that ended since it was discovered
 * is left out: that is no failure. Each source is timed by itself, and one that fails never takes the others with it.
 */
export function collect(
  host: Host,
  roots: Roots,
  processes: readonly MlxProcess[],
  on: ReadonlySet<CollectorName>,
): {
  readonly processes: readonly Collected[];
  readonly host: HostReading;
  readonly outcomes: readonly CollectorOutcome[];
} {
  const seconds = new Map<Collector, number>();
  const timed = <T>(collector: Collector, work: () => T): T => {
    const start = host.clock.monotonicSeconds();
    try {
      return work();
    } finally {
      const taken = host.clock.monotonicSeconds() - start;
      seconds.set(collector, (seconds.get(collector) ?? 0) + taken);
    }
  };
  /** What a collector reads, or what is said in its place while it is off. */
  const either = <T>(collector: Collector, work: () => T, unread: T): T =>
    on.has(collector) ? timed(collector, work) : unread;

  const hostReading = timed("host", () => collectLinuxHost(host, roots));
  const pressure = either("pressure", () => readPressure(host, roots), undefined);
  const cgroups = either("cgroup", () => createCgroupReader(host, roots), undefined);
  const collected = processes.flatMap((process): readonly Collected[] => {
    const { pid } = process;
    // Before the process: what it says a moment later is then never less than what its threads add up to.
    const threads = either("threads", () => readThreads(host, roots, pid), undefined);
    const own = timed("process", () => collectLinuxProcess(host, roots, process));
    if (own === undefined) return [];
    const disk = either("io", () => readDiskBytes(host, roots, pid), diskBytesUnread);
    const openFds = either("fds", () => readOpenFds(host, roots, pid), missing("not_measured"));
    const cgroup =
      cgroups === undefined ? cgroupsUnread(roots) : timed("cgroup", () => cgroups(pid));
    const usage = { ...own.usage, ...disk, openFds };
    return [
      { process, reading: { ...own, usage, cgroup, ...(threads !== undefined && { threads }) } },
    ];
  });

  const readings = collected.map(({ reading }) => reading);
  // One row for each collector of the catalogue. A refusal of what is another user's is no failure: it is counted.
  const success: Readonly<Record<Collector, boolean>> = {
    host: "value" in hostReading.memoryTotalBytes && "value" in hostReading.cpuCores,
    pressure: pressure?.success ?? false,
    process: readings.every(({ usage }) => "value" in usage.residentBytes),
    io: !readings.some(({ usage }) => isError(usage.diskReadBytes)),
    fds: !readings.some(({ usage }) => isError(usage.openFds)),
    // A controller that this machine does not mount is no failure; one that it hides from us is.
    cgroup: readings.every(({ cgroup }) =>
      Object.values(cgroup.missing).every((reason) => reason === "unsupported"),
    ),
    threads: !readings.some(({ threads }) => threads !== undefined && isError(threads)),
  };
  return {
    processes: collected,
    host: { ...hostReading, pressure: pressure?.pressure ?? [] },
    outcomes: collectorNames.flatMap((collector): readonly CollectorOutcome[] =>
      collector === "discover" || !on.has(collector)
        ? []
        : [{ collector, success: success[collector], seconds: seconds.get(collector) ?? 0 }],
    ),
  };
}

function isError(read: Figure | ThreadsReading): boolean {
  return "missing" in read && read.missing === "error";
}
