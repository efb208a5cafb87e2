import type { Incident } from "../../model/incident.ts";
import type { LookedLevel } from "../../model/look.ts";
import type { LevelEvent } from "../../model/cgroup-reading.ts";
import { valueOf } from "../../model/figure.ts";

/** Counts what happened at the cgroup levels around workloads, from one look to the next. */
export interface LevelEventWatch {
  /** What is new since the last look, and what of it belongs into the log. */
  observe(levels: readonly LookedLevel[]): {
    readonly additions: readonly Addition[];
    readonly incidents: readonly Incident[];
  };
}

export interface Addition {
  readonly workload: string;
  readonly event: LevelEvent;
  readonly count: number;
}

/**
 * A level's past is not an event: it counts from its second look on. Of a level that was made while the exporter
 * watched all events are new, and so they are when a count fell: that is a new cgroup of the same name.
 */
export function createLevelEventWatch(): LevelEventWatch {
  let last = new Map<string, LookedLevel["events"]>();
  /** Levels that were throttled in the last look: only the beginning is news. */
  let throttled = new Set<string>();

  return {
    observe(levels) {
      const additions: Addition[] = [];
      const incidents: Incident[] = [];
      const next = new Map<string, LookedLevel["events"]>();
      const stillThrottled = new Set<string>();
      for (const level of levels) {
        const key = `${level.resource} ${level.scope}`;
        next.set(key, level.events);
        const before = last.get(key) ?? (level.fresh ? {} : undefined);
        if (before === undefined) continue;
        for (const [event, count] of Object.entries(level.events) as [LevelEvent, number][]) {
          const past = before[event] ?? 0;
          const added = count < past ? count : count - past;
          if (added === 0) continue;
          for (const workload of level.workloads) additions.push({ workload, event, count: added });
          if (event === "throttled_periods") stillThrottled.add(key);
          const kind = incidentKind(event, throttled.has(key));
          if (kind !== undefined) incidents.push(...incidentsAt(level, kind, event, added));
        }
      }
      last = next;
      throttled = stillThrottled;
      return { additions, incidents };
    },
  };
}

function incidentKind(
  event: LevelEvent,
  throttledBefore: boolean,
): "limit_hit" | "throttling_started" | undefined {
  switch (event) {
    case "high":
    case "max":
    case "oom":
    case "swap_max":
    case "swap_fail":
    case "threads_max":
      return "limit_hit";
    case "throttled_periods":
      return throttledBefore ? undefined : "throttling_started";
    case "periods":
    case "throttled_seconds":
      return undefined;
  }
}

function incidentsAt(
  level: LookedLevel,
  kind: "limit_hit" | "throttling_started",
  event: LevelEvent,
  count: number,
): readonly Incident[] {
  const { resource, scope, workloads } = level;
  const limit = valueOf(level.limit);
  const usage = valueOf(level.usage);
  return workloads.map((workload) => ({
    kind,
    workload,
    resource,
    scope,
    event,
    count,
    ...(limit !== undefined && { limit }),
    ...(usage !== undefined && { usage }),
  }));
}
