import type { Clock } from "../../model/host.ts";
import type { RecordingHeader, RecordingLine, RecordingSample } from "../../model/recording.ts";
import { createAbsences } from "./absences.ts";
import { growthOf, type Growth, type LoadPoint } from "./growth.ts";
import { limitsOf } from "./limits-line.ts";
import { sampleLine, type Seen } from "./sample-line.ts";
import type { LoadLine } from "./tally.ts";
import { createWatch, type Note } from "./watch.ts";

export type EndReason = Extract<RecordingLine, { kind: "end" }>["reason"];

/** A sample this many intervals after the one before has missed something. */
const lateIntervals = 3;

/** Turns what is seen into lines, in order of time. */
export interface Recorder {
  /** Seconds since the beginning. */
  now(): number;
  sample(seen: Seen, load?: (t: number) => LoadLine | undefined): RecordingSample;
  note(note: Note["note"], detail?: string): void;
  /** Whether memory has stopped growing with the requests; undefined without a load. */
  growth(): Growth | undefined;
  end(reason: EndReason): void;
}

/** Writes the header at once. */
export function createRecorder(
  write: (line: RecordingLine) => void,
  clock: Pick<Clock, "monotonicSeconds" | "unixSeconds">,
  header: Omit<RecordingHeader, "started">,
): Recorder {
  const began = clock.monotonicSeconds();
  const watch = createWatch(lateIntervals * header.interval);
  const absences = createAbsences();
  // The first is the last one before the load.
  const points: LoadPoint[] = [];
  let loaded = false;
  let limits = "";
  let told = "";
  write({ ...header, started: clock.unixSeconds() });

  const growth = () => (points.length === 0 || !loaded ? undefined : growthOf(points));
  const now = () => Math.round((clock.monotonicSeconds() - began) * 1000) / 1000;
  return {
    now,
    sample(seen, load) {
      const t = now();
      const line = sampleLine(t, seen);
      const moment = { unix: clock.unixSeconds(), monotonic: clock.monotonicSeconds() };
      for (const note of watch({ ...moment, processes: line.processes }))
        write({ kind: "note", t, ...note });
      absences.observe(seen.processes);
      tellLimits(t, seen);
      write(line);
      if (load !== undefined) tellLoad(load(t), line);
      return line;
    },
    note(note, detail) {
      if (note === "load_started") loaded = true;
      write({ kind: "note", t: now(), note, ...(detail !== undefined && { detail }) });
    },
    growth,
    end(reason) {
      const grown = growth();
      const unavailable = absences.always();
      write({
        kind: "end",
        t: now(),
        reason,
        ...(grown !== undefined && { growth: grown }),
        ...(Object.keys(unavailable).length > 0 && { unavailable }),
      });
    },
  };

  function tellLimits(t: number, { processes }: Seen): void {
    const found = limitsOf(processes);
    const text = JSON.stringify(found);
    if (text === limits || processes.length === 0) return;
    limits = text;
    write({ kind: "limits", t, limits: found });
  }

  function tellLoad(done: LoadLine | undefined, sample: RecordingSample): void {
    const text = done === undefined ? "" : `${done.requests} ${done.errors}`;
    if (done !== undefined && text !== told) write(done);
    told = text;
    const point = pointOf(done?.requests ?? 0, sample);
    if (point === undefined) return;
    if (!loaded) points.splice(0, 1, point);
    else if (done !== undefined) points.push(point);
  }
}

/** What the largest process used, against what had been asked by then. */
function pointOf(requests: number, { processes }: RecordingSample): LoadPoint | undefined {
  const [largest] = processes.toSorted(
    (one, other) => (other.memoryUsedBytes ?? 0) - (one.memoryUsedBytes ?? 0),
  );
  if (largest?.memoryUsedBytes === undefined) return undefined;
  const mark = largest.memoryPeakBytes;
  return { requests, memory: largest.memoryUsedBytes, ...(mark !== undefined && { mark }) };
}
