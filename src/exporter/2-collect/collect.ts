import { collectorsOn, type CollectorName, type CollectorOn } from "../../catalog/collectors.ts";
import type { Host, Roots } from "../../model/host.ts";
import type { Look } from "../../model/look.ts";
import type { NvmlAnswer } from "../../model/nvml.ts";
import type { MlxProcess } from "../../model/process.ts";
import { missing, type Figure } from "../../model/figure.ts";
import { noReport, type HostReading, type ThreadsReading } from "../../model/reading.ts";
import type { CollectorOutcome } from "../../model/view.ts";
import { readAllocator } from "./allocator-files.ts";
import { createCgroupMemory } from "./linux-cgroup-memory.ts";
import { createPlaceFinder } from "./linux-cgroup-places.ts";
import { createCgroupWatch } from "./linux-cgroup-watch.ts";
import { cgroupsUnread, createCgroupReader } from "./linux-cgroup.ts";
import { createConnectionReader } from "./linux-connections.ts";
import { collectLinuxHost } from "./linux-host.ts";
import { readPressure } from "./linux-pressure.ts";
import { readOpenFds } from "./linux-proc-fds.ts";
import { diskBytesUnread, readDiskBytes } from "./linux-proc-io.ts";
import { collectLinuxProcess } from "./linux-process.ts";
import { readPulse } from "./linux-pulse.ts";
import { readThreads } from "./linux-threads.ts";
import { readGpus, type PidSight } from "./nvidia.ts";
import type { Collected, Pass } from "./pass.ts";

/** What was asked of NVML for this pass: that takes a while, and a collector takes none. */
export interface Asked {
  readonly answer: NvmlAnswer;
  readonly seconds: number;
  /** What may be believed of the pids in it. */
  readonly sight: PidSight;
}

const nobodyAsked: Asked = {
  answer: { kind: "off", why: "no_driver", detail: "" },
  seconds: 0,
  sight: { ours: false, machines: false },
};

export interface Collector {
  /**
   * Reads the host and every given process with the collectors that are on. A process that ended since it was
   * discovered is left out: that is no failure. Each source is timed by itself, and one that fails never takes the
   * others with it.
   */
  collect(processes: readonly MlxProcess[], on: ReadonlySet<CollectorName>, asked?: Asked): Pass;
  /** The light look between two passes, at the processes of the last one. */
  pulse(processes: readonly MlxProcess[]): Look;
}

/** Discovery has its own stage, which times itself, and engines and clusters are asked by it. */
type Timed = Exclude<CollectorOn<"linux">, (typeof untimed)[number]>;
const untimed = ["discover", "containers", "kubernetes"] as const;

function isTimed(collector: CollectorOn<"linux">): collector is Timed {
  return !untimed.some((name) => name === collector);
}

/**
 * Remembers from one pass to the next only where cgroups are, and what had happened in them. `reportFolders` are where
 * processes report of their allocators, when that is not where the reporter writes by itself.
 */
export function createCollector(
  host: Host,
  roots: Roots,
  reportFolders?: readonly string[],
): Collector {
  const memory = createCgroupMemory(host, roots);
  const watch = createCgroupWatch(host, memory);

  return {
    collect(processes, on, { answer, seconds: waited, sight } = nobodyAsked) {
      const { timed, seconds } = createTimer(host);
      /** What a collector reads, or what is said in its place while it is off. */
      const either = <T>(collector: Timed, work: () => T, unread: T): T =>
        on.has(collector) ? timed(collector, work) : unread;

      const hostReading = timed("host", () => collectLinuxHost(host, roots));
      const pressure = either("pressure", () => readPressure(host, roots), undefined);
      const nvidia = either("nvidia", () => readGpus(answer, sight), undefined);
      const findPlace = either("cgroup", () => createPlaceFinder(host, roots, memory), undefined);
      const readCgroup =
        findPlace === undefined
          ? () => cgroupsUnread(roots)
          : createCgroupReader(host, roots, findPlace);
      const readConnections = createConnectionReader(host, roots);
      const collected = processes.flatMap((process): readonly Collected[] => {
        const { pid } = process;
        // The process itself comes last: what its threads add up to is then never more than what it says, and one
        // that died on the way, without memory and at the top of every cgroup tree, is seen to be dead.
        const threads = either("threads", () => readThreads(host, roots, pid), undefined);
        const disk = either("io", () => readDiskBytes(host, roots, pid), diskBytesUnread);
        const openFds = either("fds", () => readOpenFds(host, roots, pid), missing("not_measured"));
        const connections =
          process.role !== "server"
            ? undefined
            : either("connections", () => readConnections(process), undefined);
        const cgroup = timed("cgroup", () => readCgroup(pid));
        const found = timed("process", () => collectLinuxProcess(host, roots, process));
        if (found === undefined) return [];
        const { usage: ownUsage, rlimits, own } = found;
        // After it, and by whose it is. A report names the start of its process, so it speaks for itself.
        const allocator = either(
          "allocator",
          () => readAllocator(host, roots, { ...process, ...own }, reportFolders),
          noReport("not_measured"),
        );
        const usage = { ...ownUsage, ...disk, openFds };
        const gpu = nvidia?.of(pid);
        const more = {
          allocator,
          ...(threads !== undefined && { threads }),
          ...(connections !== undefined && { connections }),
          ...(gpu !== undefined && { gpu }),
        };
        const reading = { usage, rlimits, cgroup, ...more };
        return [{ process, reading }];
      });
      const tracked = collected.map(({ process }) => process);
      const levels =
        findPlace === undefined ? [] : timed("cgroup", () => watch.pass(tracked, findPlace));
      const success = successes(hostReading, collected, {
        pressure: pressure?.success ?? false,
        nvidia: nvidia?.success ?? false,
      });
      const took = (collector: Timed) => seconds(collector) + (collector === "nvidia" ? waited : 0);
      const gpus = nvidia?.gpus;
      return {
        processes: collected,
        host: {
          ...hostReading,
          pressure: pressure?.pressure ?? [],
          ...(gpus !== undefined && { gpus }),
        },
        levels,
        outcomes: collectorsOn("linux").flatMap((collector): readonly CollectorOutcome[] =>
          !isTimed(collector) || !on.has(collector)
            ? []
            : [{ collector, success: success[collector], seconds: took(collector) }],
        ),
      };
    },
    pulse: (processes) => readPulse(host, roots, processes, watch.pulse()),
  };
}

/** Adds up how long each collector took. */
function createTimer(host: Host) {
  const taken = new Map<Timed, number>();
  return {
    timed: <T>(collector: Timed, work: () => T): T => {
      const start = host.clock.monotonicSeconds();
      try {
        return work();
      } finally {
        const past = taken.get(collector) ?? 0;
        taken.set(collector, past + host.clock.monotonicSeconds() - start);
      }
    },
    seconds: (collector: Timed) => taken.get(collector) ?? 0,
  };
}

/** One row for each collector of the catalogue. A refusal of what is another user's is no failure: it is counted. */
function successes(
  host: Omit<HostReading, "pressure">,
  collected: readonly Collected[],
  ofHost: { readonly pressure: boolean; readonly nvidia: boolean },
): Readonly<Record<Timed, boolean>> {
  const readings = collected.map(({ reading }) => reading);
  return {
    host: "value" in host.memoryTotalBytes && "value" in host.cpuCores,
    ...ofHost,
    process: readings.every(({ usage }) => "value" in usage.residentBytes),
    io: !readings.some(({ usage }) => isError(usage.diskReadBytes)),
    fds: !readings.some(({ usage }) => isError(usage.openFds)),
    connections: !readings.some(
      ({ connections }) => connections !== undefined && isError(connections),
    ),
    // Refusing a bad report is its work, not its failure.
    allocator: true,
    // A controller that this machine does not mount is no failure; one that it hides from us is.
    cgroup: readings.every(({ cgroup }) =>
      Object.values(cgroup.missing).every((reason) => reason === "unsupported"),
    ),
    threads: !readings.some(({ threads }) => threads !== undefined && isError(threads)),
  };
}

function isError(read: Figure | ThreadsReading): boolean {
  return "missing" in read && read.missing === "error";
}
