import type { RecordedProcess, RecordingLine } from "../../model/recording.ts";

export type Note = Omit<Extract<RecordingLine, { kind: "note" }>, "t" | "kind">;

/** What is watched for between two samples. Seconds. */
export interface Moment {
  readonly unix: number;
  readonly monotonic: number;
  readonly processes: readonly Pick<RecordedProcess, "pid" | "startTime">[];
}

/** Slewing by NTP is slower than this; a step is not. */
const stepSeconds = 1;
/** An exporter that was started anew may place the start of a process a little elsewhere. */
const startSlack = 2;

/**
 * Notices what a reader of the samples must know: a clock that stepped, processes that are others, and more than
 * `lateSeconds` between two samples.
 */
export function createWatch(lateSeconds: number): (now: Moment) => readonly Note[] {
  let before: Moment | undefined;
  let last: Moment["processes"] = [];
  return (now) => {
    const notes = before === undefined ? [] : [...clockNotes(before, now), ...late(before, now)];
    const gone = now.processes.length === 0 && before !== undefined && before.processes.length > 0;
    if (gone) notes.push({ note: "workload_gone" });
    if (now.processes.length > 0) {
      if (last.length > 0 && !now.processes.some((one) => last.some((other) => same(one, other))))
        notes.push({
          note: "restart",
          detail: `now ${now.processes.map(({ pid }) => pid).join(", ")}`,
        });
      last = now.processes;
    }
    before = now;
    return notes;
  };

  function late(before: Moment, now: Moment): Note[] {
    const passed = now.monotonic - before.monotonic;
    return passed > lateSeconds
      ? [{ note: "gap", detail: `${passed.toFixed(1)} s without a sample` }]
      : [];
  }
}

function clockNotes(before: Moment, now: Moment): Note[] {
  const step = now.unix - before.unix - (now.monotonic - before.monotonic);
  if (Math.abs(step) < stepSeconds) return [];
  return [{ note: "clock_step", detail: `${step > 0 ? "+" : ""}${step.toFixed(1)} s` }];
}

function same(one: Moment["processes"][number], other: Moment["processes"][number]): boolean {
  return one.pid === other.pid && Math.abs(one.startTime - other.startTime) < startSlack;
}
