import type { RecordingLine } from "../../model/recording.ts";

/** What had been asked of the workload by a moment, and what its largest process used. Bytes. */
export interface LoadPoint {
  readonly requests: number;
  readonly memory: number;
  /** The kernel's own high-water mark of it; absent where it keeps none. */
  readonly mark?: number;
}

export type Growth = NonNullable<Extract<RecordingLine, { kind: "end" }>["growth"]>;

/** More than this share of the peak for each hundred requests is growth. */
const share = 0.01;
const perRequests = 100;
/** A rise of less than this share of the peak may be how a process breathes. */
const breath = 0.01;
const fewestPoints = 5;
const fewestRequests = 5;

/**
 * Whether the peak still grew when the load ended: its slope over the requests of the last third, by least squares. A
 * prompt cache that fills shows as growth, one that is full does not, nor does what an allocator gives back and takes
 * again. The first point is the last one before the load.
 */
export function growthOf(points: readonly LoadPoint[]): Growth {
  const all = peaks(points);
  const last = all.slice(Math.floor((all.length * 2) / 3));
  const [first, end] = [last[0], last.at(-1)];
  if (first === undefined || end === undefined || last.length < fewestPoints) return "unknown";
  if (end.requests - first.requests < fewestRequests) return "unknown";
  if (slope(last) * perRequests < share * end.memory) return "level";
  // So few requests make a steep slope of a small rise: more would tell.
  return end.memory - first.memory < breath * end.memory ? "unknown" : "growing";
}

/**
 * The most that was used until each point of the load. Samples miss short peaks, so the kernel's mark is better where it is of this
 * load: one that loading the model left, and that the load never reached, says nothing of the load.
 */
function peaks([before, ...points]: readonly LoadPoint[]): readonly LoadPoint[] {
  const isOfLoad = (points.at(-1)?.mark ?? 0) > (before?.mark ?? Infinity);
  let most = 0;
  return points.map(({ requests, memory, mark = 0 }) => {
    most = Math.max(most, memory, isOfLoad ? mark : 0);
    return { requests, memory: most };
  });
}

/** Bytes a request. */
function slope(points: readonly LoadPoint[]): number {
  const mean = (of: (point: LoadPoint) => number) =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [x, y] = [mean(({ requests }) => requests), mean(({ memory }) => memory)];
  const covariance = mean(({ requests, memory }) => (requests - x) * (memory - y));
  const variance = mean(({ requests }) => (requests - x) ** 2);
  return covariance / variance;
}
