import type { Host } from "../../model/host.ts";
import type { LookedLevel } from "../../model/look.ts";
import { processKey, type MlxProcess } from "../../model/process.ts";
import type { LevelEvent, LevelEvents } from "../../model/cgroup-reading.ts";
import { missing } from "../../model/figure.ts";
import { eventLevels, type EventLevel } from "./linux-cgroup-events.ts";
import type { CgroupMemory } from "./linux-cgroup-memory.ts";
import type { FindPlace, Places } from "./linux-cgroup-places.ts";

/** Reads the event counters of the cgroup levels around tracked processes, each level once, and nothing else of them. */
export interface CgroupWatch {
  /** With a pass: these processes are there now. Of those that are gone the levels are read one last time. */
  pass(processes: readonly MlxProcess[], findPlace: FindPlace): readonly LookedLevel[];
  /** Between passes: the levels of the last pass, of processes that have ended since too. */
  pulse(): readonly LookedLevel[];
}

interface Watched extends EventLevel {
  readonly workloads: readonly string[];
  readonly fresh: boolean;
}

export function createCgroupWatch(host: Host, memory: CgroupMemory): CgroupWatch {
  let around = new Map<
    string,
    { readonly process: MlxProcess; readonly levels: readonly EventLevel[] }
  >();
  let watched: readonly Watched[] = [];
  let last = new Map<string, LevelEvents>();

  function look(): readonly LookedLevel[] {
    const next = new Map<string, LevelEvents>();
    const looked = watched.flatMap((level) => {
      const events = level.events();
      if (events === undefined) return [];
      next.set(keyOf(level), events);
      return [lookedAt(level, events, last.get(keyOf(level)))];
    });
    last = next;
    return looked;
  }

  return {
    pass(processes, findPlace) {
      const levels = new Map<Places, readonly EventLevel[]>();
      const levelsOf = (process: MlxProcess) => {
        const places = findPlace(process.pid);
        const known = levels.get(places) ?? levelsAround(places, host);
        levels.set(places, known);
        return known;
      };
      const now: typeof around = new Map(
        processes.map((process) => [processKey(process), { process, levels: levelsOf(process) }]),
      );
      const gone = [...around].filter(([key]) => !now.has(key)).map(([, entry]) => entry);
      around = now;
      watched = merge([...gone, ...now.values()], memory);
      const looked = look();
      // From here on nothing is fresh any more, and who is gone has been told of.
      watched =
        gone.length > 0
          ? merge([...now.values()], memory)
          : watched.map((level) => ({ ...level, fresh: false }));
      return looked;
    },
    pulse: look,
  };
}

function levelsAround(find: Places, host: Host): readonly EventLevel[] {
  const place = (controller: "memory" | "cpu" | "pids") => {
    const found = find(controller);
    return typeof found === "string" ? undefined : found;
  };
  return eventLevels({ memory: place("memory"), cpu: place("cpu"), pids: place("pids") }, host);
}

/** Every level once, with the workloads it holds. */
function merge(
  entries: readonly { readonly process: MlxProcess; readonly levels: readonly EventLevel[] }[],
  memory: CgroupMemory,
): readonly Watched[] {
  /** Most processes share their levels, as one list. */
  const lists = new Map<readonly EventLevel[], Set<string>>();
  for (const { process, levels } of entries) {
    const workloads = lists.get(levels);
    if (workloads === undefined) lists.set(levels, new Set([process.workload]));
    else workloads.add(process.workload);
  }
  const merged = new Map<string, Watched>();
  /** In version 2 one folder holds the levels of every resource: all of them are as new as it is. */
  const isNew = new Map<string, boolean>();
  for (const [levels, workloads] of lists) {
    for (const level of levels) {
      const key = keyOf(level);
      const fresh = isNew.get(level.folder) ?? memory.isNew(level.folder);
      isNew.set(level.folder, fresh);
      const all = [...new Set([...(merged.get(key)?.workloads ?? []), ...workloads])];
      merged.set(key, { ...level, fresh, workloads: all });
    }
  }
  return [...merged.values()];
}

/** What makes someone want to know the limit: not that time passes under a quota. */
const telling: ReadonlySet<string> = new Set<LevelEvent>([
  "high",
  "max",
  "oom",
  "swap_max",
  "swap_fail",
  "threads_max",
  "throttled_periods",
]);

/**
 * Limit and usage are read only when something happened: most looks see nothing new. Where `memory.high` and
 * `memory.max` were both reached, the limit is the latter.
 */
function lookedAt(
  level: Watched,
  events: LevelEvents,
  before: LevelEvents | undefined,
): LookedLevel {
  const { resource, scope, workloads, fresh, counts } = level;
  const happened = (Object.entries(events) as [LevelEvent, number][]).findLast(
    ([event, count]) => telling.has(event) && count !== (before?.[event] ?? (fresh ? 0 : count)),
  );
  const { limit, usage } =
    happened === undefined
      ? { limit: missing("not_measured"), usage: missing("not_measured") }
      : level.standing(happened[0]);
  return { resource, scope, workloads, fresh, counts, events, limit, usage };
}

function keyOf({ resource, scope }: Pick<EventLevel, "resource" | "scope">): string {
  return `${resource} ${scope}`;
}
