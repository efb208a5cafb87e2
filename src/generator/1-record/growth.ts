import type { RecordingLine } from "../../model/recording.ts";

/** What had been asked of the workload by a moment, and what its largest process used then. */
export interface LoadPoint {
  readonly requests: number;
  /** Bytes. */
  readonly memory: number;
}

export type Growth = NonNullable<Extract<RecordingLine, { kind: "end" }>["growth"]>;

/** More than this share of the peak for each hundred requests is growth. */
const share = 0.01;
const perRequests = 100;
const fewestPoints = 5;
const fewestRequests = 5;

/**
 * Whether memory still grew when the load ended: the slope of its high-water mark over the requests of the last third,
 * by least squares. A prompt cache that fills shows as growth, one that is full does not. The mark is taken from the
 * second third on, since what an allocator gives back and takes again is no growth, and a first spike hides none.
 */
export function growthOf(points: readonly LoadPoint[]): Growth {
  const third = Math.floor(points.length / 3);
  const last = highWater(points.slice(third)).slice(-third);
  const requests = (last.at(-1)?.requests ?? 0) - (last[0]?.requests ?? 0);
  if (last.length < fewestPoints || requests < fewestRequests) return "unknown";
  const peak = Math.max(...points.map(({ memory }) => memory));
  return slope(last) * perRequests < share * peak ? "level" : "growing";
}

function highWater(points: readonly LoadPoint[]): LoadPoint[] {
  let mark = 0;
  return points.map(({ requests, memory }) => ({
    requests,
    memory: (mark = Math.max(mark, memory)),
  }));
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
