import type { Host, TextRead } from "../../model/host.ts";
import type { LookedLevel } from "../../model/look.ts";
import type { LevelEvent, LevelEvents } from "../../model/cgroup-reading.ts";
import { missing, type Figure, type Unavailable } from "../../model/figure.ts";
import { parseCount, parseKeyed } from "./figures.ts";
import { readCpuLevel, readMemoryLevel, readPidsLevel } from "./linux-cgroup-levels.ts";
import { levelsOf, type CgroupLevel, type CgroupPlace } from "./linux-cgroup-paths.ts";

/** One cgroup level whose events are counted. */
export interface EventLevel extends Pick<LookedLevel, "resource" | "scope" | "counts"> {
  readonly folder: string;
  /** What happened there so far: nothing once the level is gone, undefined when it cannot be read. */
  events(): LevelEvents | undefined;
  /** The limit that such an event is about, and what is compared with it. */
  standing(event: LevelEvent): { readonly limit: Figure; readonly usage: Figure };
}

type EventNames = Readonly<Record<string, LevelEvent>>;
const memoryNames: EventNames = { high: "high", max: "max", oom: "oom" };
const swapNames: EventNames = { max: "swap_max", fail: "swap_fail" };
const pidsNames: EventNames = { max: "threads_max" };

/** Every level around one process that counts events. */
export function eventLevels(
  places: {
    readonly memory: CgroupPlace | undefined;
    readonly cpu: CgroupPlace | undefined;
    readonly pids: CgroupPlace | undefined;
  },
  host: Host,
): readonly EventLevel[] {
  const { memory, cpu, pids } = places;
  const memoryLevels = memory === undefined ? [] : levelsOf(memory);
  return [
    ...memoryLevels.map((level, index) =>
      memory?.version === 1 ? memoryLevelV1(level, host) : memoryLevelV2(level, index === 0, host),
    ),
    // Counted where the page belongs and at every level above, whichever of them had the limit: the innermost tells all.
    ...(memory?.version === 2 ? memoryLevels.slice(0, 1) : []).map((level) =>
      swapLevel(level, host),
    ),
    ...(cpu === undefined ? [] : levelsOf(cpu).map((level) => cpuLevel(level, cpu.version, host))),
    ...(pids === undefined ? [] : levelsOf(pids)).map((level) => pidsLevel(level, host)),
  ];
}

/**
 * What happened at this level itself: the hierarchical file would tell of every child's events a second time at each
 * level above it. Kernels before 5.2 have no other; there the innermost level's is taken, which has no child of ours.
 */
function memoryLevelV2(level: CgroupLevel, innermost: boolean, host: Host): EventLevel {
  const { folder, scope } = level;
  return {
    resource: "memory",
    scope,
    folder,
    counts: Object.values(memoryNames),
    events: () => {
      const local = host.files.readKept(`${folder}/memory.events.local`);
      const read =
        local.kind === "absent" && innermost
          ? host.files.readKept(`${folder}/memory.events`)
          : local;
      return countsIn(read, keyed(memoryNames));
    },
    standing: (event) => {
      const { maxBytes, highBytes, workingSetBytes } = readMemoryLevel(level, { version: 2 }, host);
      return { limit: event === "high" ? highBytes : maxBytes, usage: workingSetBytes };
    },
  };
}

/** Version 1 counts failed charges, those included for which the kernel only had to give back file cache. */
function memoryLevelV1(level: CgroupLevel, host: Host): EventLevel {
  const { folder, scope } = level;
  return {
    resource: "memory",
    scope,
    folder,
    counts: ["max"],
    events: () =>
      countsIn(host.files.readKept(`${folder}/memory.failcnt`), (text) => ({
        max: parseCount(text.trim()),
      })),
    standing: () => {
      const { maxBytes, workingSetBytes } = readMemoryLevel(level, { version: 1 }, host);
      return { limit: maxBytes, usage: workingSetBytes };
    },
  };
}

function swapLevel(level: CgroupLevel, host: Host): EventLevel {
  const { folder, scope } = level;
  return {
    resource: "swap",
    scope,
    folder,
    // Where swap is not accounted for the file is absent, and nothing is counted.
    counts: [],
    events: () => countsIn(host.files.readKept(`${folder}/memory.swap.events`), keyed(swapNames)),
    standing: () => {
      const { swapMaxBytes, swapBytes } = readMemoryLevel(level, { version: 2 }, host);
      return { limit: swapMaxBytes, usage: swapBytes };
    },
  };
}

/** nr_periods and nr_throttled are this level's own; time is in µs in version 2 and in ns in version 1. */
function cpuLevel(level: CgroupLevel, version: 1 | 2, host: Host): EventLevel {
  const { folder, scope } = level;
  const [time, factor] = version === 2 ? ["throttled_usec", 1e-6] : ["throttled_time", 1e-9];
  return {
    resource: "cpu",
    scope,
    folder,
    counts: ["periods", "throttled_periods", "throttled_seconds"],
    events: () =>
      countsIn(host.files.readKept(`${folder}/cpu.stat`), (text) => {
        const stat = parseKeyed(text);
        const waited = stat.get(time);
        return {
          periods: stat.get("nr_periods"),
          throttled_periods: stat.get("nr_throttled"),
          throttled_seconds: waited === undefined ? undefined : waited * factor,
        };
      }),
    standing: () => ({
      limit: readCpuLevel(level, { version }, host, undefined).quotaCores,
      usage: missing("not_measured"),
    }),
  };
}

/**
 * `pids.events.local` tells of this level's own limit. Where it is not there, in version 1 and before Linux 6.11,
 * `pids.events` tells where the task lived that could not be doubled, whichever level had the limit.
 */
function pidsLevel(level: CgroupLevel, host: Host): EventLevel {
  const { folder, scope } = level;
  return {
    resource: "threads",
    scope,
    folder,
    counts: Object.values(pidsNames),
    events: () => {
      const local = host.files.readKept(`${folder}/pids.events.local`);
      const read = local.kind === "absent" ? host.files.readKept(`${folder}/pids.events`) : local;
      return countsIn(read, keyed(pidsNames));
    },
    standing: () => {
      const { max, current } = readPidsLevel(level, host);
      return { limit: max, usage: current };
    },
  };
}

function keyed(names: EventNames): (text: string) => Counts {
  return (text) => {
    const entries = parseKeyed(text);
    return Object.fromEntries(
      Object.entries(names).map(([name, event]) => [event, entries.get(name)]),
    );
  };
}

type Counts = Readonly<Partial<Record<LevelEvent, number | undefined>>>;

/** Without the counts that the kernel does not keep. */
function countsIn(read: TextRead, parse: (text: string) => Counts): LevelEvents | undefined {
  if (read.kind === "absent") return {};
  if (read.kind !== "read") return undefined;
  const counts = Object.entries(parse(read.text));
  return Object.fromEntries(counts.filter(([, count]) => count !== undefined));
}

/** Says where an old kernel tells too little of the levels around a process. */
export function eventsUnavailable(
  memory: CgroupPlace | undefined,
  host: Host,
): readonly Unavailable[] {
  const [innermost] = memory?.version === 2 ? levelsOf(memory) : [];
  if (innermost === undefined) return [];
  const has = (name: string) =>
    host.files.readKept(`${innermost.folder}/${name}`).kind !== "absent";
  return has("memory.events") && !has("memory.events.local")
    ? [{ field: "memory_limit_events", reason: "unsupported" }]
    : [];
}
