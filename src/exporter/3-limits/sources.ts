import { known, missing, type Figure } from "../../model/figure.ts";
import type { ProcessReading } from "../../model/reading.ts";
import { gpuSources } from "./gpu-sources.ts";
import type { Candidate } from "./narrowest.ts";
import type { SourceRow } from "./source-row.ts";

/** Every limit source this exporter knows, in the order of the table in DESIGN §3; on equal headroom the first binds. */
export const sources: readonly SourceRow[] = [
  {
    resource: "memory",
    source: "cgroup",
    kind: "hard",
    candidates: ({ process }) =>
      orUnseen(
        process,
        "memory",
        process.cgroup.memory.map((level) =>
          at(level.scope, level.maxBytes, level.workingSetBytes),
        ),
      ),
    machine: ({ host }) => host.memoryTotalBytes,
  },
  {
    resource: "memory",
    source: "cgroup_high",
    kind: "soft",
    candidates: ({ process }) =>
      orUnseen(
        process,
        "memory",
        process.cgroup.memory.map((level) =>
          at(level.scope, level.highBytes, level.workingSetBytes),
        ),
      ),
    machine: ({ host }) => host.memoryTotalBytes,
  },
  {
    resource: "memory",
    source: "rlimit_as",
    kind: "hard",
    softOnDarwin: true,
    candidates: ({ process }) => [
      at("process", process.rlimits.addressSpaceBytes, process.usage.virtualBytes),
    ],
  },
  {
    resource: "memory",
    source: "rlimit_data",
    kind: "hard",
    softOnDarwin: true,
    candidates: ({ process }) => [
      at("process", process.rlimits.dataBytes, process.usage.dataBytes),
    ],
  },
  {
    resource: "memory",
    source: "host",
    kind: "hard",
    candidates: ({ host }) => [
      at("host", host.memoryTotalBytes, minus(host.memoryTotalBytes, host.memoryAvailableBytes)),
    ],
  },
  {
    resource: "memory",
    source: "wired",
    kind: "hard",
    onlyOnDarwin: true,
    // Only as somebody set it. The default is told by processes alone, and what a process says of itself cannot bind.
    candidates: ({ host: { darwin } }) =>
      darwin === undefined ? [] : [at("host", darwin.wiredLimitBytes, darwin.wiredBytes)],
  },
  {
    resource: "memory",
    source: "mlx",
    // MLX waits for work to finish when it is over its limit, and goes on: nothing is refused or killed.
    kind: "soft",
    candidates: ({ process: { allocator } }) => [
      at("process", allocator.memoryLimitBytes, allocator.activeBytes),
    ],
  },
  {
    resource: "swap",
    source: "cgroup",
    kind: "hard",
    candidates: ({ process }) =>
      orUnseen(
        process,
        "memory",
        process.cgroup.memory.map((level) => at(level.scope, level.swapMaxBytes, level.swapBytes)),
      ),
    machine: ({ host }) => host.swapTotalBytes,
  },
  {
    resource: "swap",
    source: "host",
    // Out of swap is not out of memory: nothing is refused until memory itself ends.
    kind: "soft",
    candidates: ({ host }) => [at("host", host.swapTotalBytes, host.swapUsedBytes)],
  },
  ...gpuSources,
  {
    resource: "cpu",
    source: "quota",
    kind: "hard",
    candidates: ({ process, rates }) =>
      orUnseen(
        process,
        "cpu",
        process.cgroup.cpu.map((level) =>
          at(level.scope, level.quotaCores, rates.level(level.scope)),
        ),
      ),
    machine: ({ host }) => host.cpuCores,
  },
  {
    resource: "cpu",
    source: "cpuset",
    kind: "hard",
    // The affinity of the process comes last: it decides only where it is narrower than every cpuset.
    candidates: ({ process, rates }) => [
      ...process.cgroup.cpuset.map(({ scope, cpus }) => at(scope, cpus, rates.process)),
      at("process", process.usage.allowedCpus, rates.process),
    ],
    machine: ({ host }) => host.cpuCores,
  },
  {
    resource: "cpu",
    source: "host",
    kind: "hard",
    candidates: ({ host, rates }) => [at("host", host.cpuCores, rates.host)],
  },
  {
    resource: "threads",
    source: "pids",
    kind: "hard",
    candidates: ({ process }) =>
      orUnseen(
        process,
        "pids",
        process.cgroup.pids.map((level) => at(level.scope, level.max, level.current)),
      ),
    machine: ({ host }) => host.tasksMax,
  },
  {
    resource: "threads",
    source: "host",
    kind: "hard",
    candidates: ({ host }) => [at("host", host.tasksMax, host.tasks)],
  },
  {
    resource: "threads",
    source: "rlimit_nproc",
    kind: "soft",
    // The kernel counts it per user over the whole machine, which nobody publishes: the limit alone is a fact.
    candidates: ({ process }) => [at("user", process.rlimits.processes, missing("not_measured"))],
    machine: ({ host }) => host.tasksMax,
  },
  {
    resource: "cpu_time",
    source: "rlimit",
    kind: "hard",
    candidates: ({ process }) => [
      at(
        "process",
        process.rlimits.cpuSeconds,
        plus(process.usage.cpuUserSeconds, process.usage.cpuSystemSeconds),
      ),
    ],
  },
  {
    resource: "locked_memory",
    source: "rlimit",
    kind: "hard",
    candidates: ({ process }) => [
      at("process", process.rlimits.lockedBytes, process.usage.lockedBytes),
    ],
    machine: ({ host }) => host.memoryTotalBytes,
  },
  {
    resource: "open_fds",
    source: "rlimit",
    kind: "hard",
    candidates: ({ process }) => [at("process", process.rlimits.openFiles, process.usage.openFds)],
  },
];

function at(scope: string, limit: Figure, usage: Figure): Candidate {
  return { scope, limit, usage };
}

/** Levels that cannot be seen give one candidate that says why, instead of looking like "no limit". */
function orUnseen(
  process: ProcessReading,
  controller: "memory" | "cpu" | "pids",
  levels: readonly Candidate[],
): readonly Candidate[] {
  const reason = process.cgroup.missing[controller];
  return reason === undefined ? levels : [...levels, at("", missing(reason), missing(reason))];
}

function minus(total: Figure, available: Figure): Figure {
  if (!("value" in total)) return total;
  return "value" in available ? known(total.value - available.value) : available;
}

function plus(a: Figure, b: Figure): Figure {
  if (!("value" in a)) return a;
  return "value" in b ? known(a.value + b.value) : b;
}
