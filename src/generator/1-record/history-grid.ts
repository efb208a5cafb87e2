/** A run of moments that one query asks for: Unix seconds, both ends included. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** A Prometheus refuses more than 11,000 moments a query; fewer keep an answer small. */
const mostMoments = 5000;

/** All moments of a range that ends now, `step` seconds apart, cut into stretches; moments are multiples of the step. */
export function stretches(now: number, range: number, step: number): readonly Stretch[] {
  const last = Math.floor(now / step);
  const first = Math.ceil((now - range) / step);
  const all: Stretch[] = [];
  for (let from = first; from <= last; from += mostMoments) {
    const to = Math.min(last, from + mostMoments - 1);
    all.push({ start: millis(from * step), end: millis(to * step) });
  }
  return all;
}

/** The moments of a stretch. */
export function momentsOf({ start, end }: Stretch, step: number): readonly number[] {
  return Array.from({ length: Math.round((end - start) / step) + 1 }, (_, at) =>
    millis(start + at * step),
  );
}

/** To the millisecond, as a Prometheus keeps time: else a moment would not be found again. */
function millis(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}
