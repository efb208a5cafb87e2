import type { RecordedProcess, RecordingLine } from "../../model/recording.ts";
import { momentsOf, type Stretch } from "./history-grid.ts";
import { indexOf, type HistoryAnswer, type HistoryIndex } from "./history-index.ts";
import { recordedFigures, type RecordedFigure } from "./process-figures.ts";
import { createWatch } from "./watch.ts";

/** Turns history into lines, stretch by stretch, in order of time. */
export interface HistoryReader {
  lines(stretch: Stretch, answers: readonly HistoryAnswer[]): readonly RecordingLine[];
  /** Moments at which the workload was known, with or without processes. */
  known(): number;
  /** Moments at which it had a process whose series were kept. */
  withProcesses(): number;
  /** Figures that no process ever had. */
  neverSeen(): readonly RecordedFigure[];
}

/** More than a step between two samples is a gap. */
const lateSteps = 1.5;

/** `started` is the moment that `t` counts from, in Unix seconds. */
export function createHistoryReader(started: number, step: number): HistoryReader {
  const watch = createWatch(lateSteps * step);
  const events = new Map<string, { readonly last: number; readonly total: number }>();
  const seen = new Set<string>();
  let limits = "";
  let known = 0;
  let withProcesses = 0;

  return {
    lines(stretch, answers) {
      const index = indexOf(answers);
      return momentsOf(stretch, step).flatMap((time) => at(time, index));
    },
    known: () => known,
    withProcesses: () => withProcesses,
    neverSeen: () => recordedFigures.filter((figure) => !seen.has(figure)),
  };

  function at(time: number, index: HistoryIndex): readonly RecordingLine[] {
    if (!index.there.has(time)) return [];
    known += 1;
    const t = Math.round((time - started) * 1000) / 1000;
    const processes = processesAt(time, index);
    if (processes.length > 0) withProcesses += 1;
    for (const one of processes) for (const name of Object.keys(one)) seen.add(name);
    const notes = watch({ unix: time, monotonic: time, processes });
    const available = index.available.get(time);
    return [
      ...notes.map((note) => ({ kind: "note", t, ...note }) as const),
      ...limitsAt(t, time, index),
      {
        kind: "sample",
        t,
        processes,
        events: eventsAt(time, index),
        ...(available !== undefined && { host: { memoryAvailableBytes: available } }),
      },
    ];
  }

  function limitsAt(t: number, time: number, index: HistoryIndex): readonly RecordingLine[] {
    const found = index.limits.flatMap(({ values, ...facts }) => {
      const limit = values.get(time);
      return limit === undefined ? [] : [{ ...facts, limit }];
    });
    const text = JSON.stringify(found);
    if (found.length === 0 || text === limits) return [];
    limits = text;
    return [{ kind: "limits", t, limits: found }];
  }

  /** Counters of the exporter begin anew when it does; those of a recording only grow. */
  function eventsAt(time: number, index: HistoryIndex): Readonly<Record<string, number>> {
    for (const { name, values } of index.events) {
      const value = values.get(time);
      if (value === undefined) continue;
      const { last, total } = events.get(name) ?? { last: value, total: 0 };
      events.set(name, { last: value, total: total + (value >= last ? value - last : value) });
    }
    return Object.fromEntries([...events].map(([name, { total }]) => [name, total]));
  }
}

function processesAt(time: number, index: HistoryIndex): readonly RecordedProcess[] {
  return index.infos.flatMap(({ pid, role, values }) => {
    const startTime = index.starts.get(pid)?.get(time);
    if (!values.has(time) || startTime === undefined) return [];
    const figures = index.figures.flatMap(({ figure, byPid }) => {
      const value = byPid.get(pid)?.get(time);
      return value === undefined ? [] : [[figure, value] as const];
    });
    return [{ pid, startTime, role, ...Object.fromEntries(figures) }];
  });
}
