import type { Phases, Stretch } from "../../model/run.ts";

/** One resource of one run as shapes in a box of 720 × 152: over time on the left, how often on the right. */
export interface Plot {
  /** The outline of the least and the largest value of every column, so that no peak is lost. */
  readonly lines: readonly string[];
  readonly bars: readonly Box[];
  readonly phases: readonly (Box & { readonly name: string; readonly labelled: boolean })[];
  readonly levels: readonly {
    readonly y: number;
    /** Above the line, or below it where there is no room; away from the other labels. */
    readonly labelY: number;
    readonly label: string;
    readonly kind: string;
  }[];
  readonly top: string;
  readonly bottom: string;
  readonly end: string;
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A horizontal line across a plot, such as a limit. */
export interface Level {
  readonly value: number;
  readonly label: string;
  readonly kind: string;
}

const frame = { left: 76, right: 560, top: 16, bottom: 136 } as const;
const histogram = { left: 580, right: 712, bins: 24 } as const;
const columns = 242;
/** Of a label. */
const lineHeight = 12;
/** Levels that lie higher than this many times the largest value would flatten the plot, and are told in words. */
export const farAway = 1.5;

export function plotOf(
  seconds: Float64Array,
  values: Float64Array,
  phases: Phases,
  levels: readonly Level[],
  short: (value: number) => string,
): Plot {
  const shown = levels.filter(({ value }) => value <= highestOf(values) * farAway);
  const [low, high] = rangeOf(values, shown);
  const [start, end] = [seconds[0] ?? 0, seconds.at(-1) ?? 0];
  const x = (time: number) =>
    tenth(frame.left + ((time - start) / Math.max(end - start, 1e-9)) * (frame.right - frame.left));
  const y = (value: number) =>
    tenth(frame.bottom - ((value - low) / (high - low)) * (frame.bottom - frame.top));
  return {
    lines: outlines(seconds, values, x, y),
    bars: barsOf(values, phases, low, high),
    phases: (["load", "warmup", "steady"] as const).flatMap((name) =>
      phases[name].map(([from, to]) => {
        const left = x(seconds[from] ?? 0);
        const width = tenth(x(seconds[Math.min(to, seconds.length - 1)] ?? 0) - left);
        const box = { x: left, y: frame.top, width, height: frame.bottom - frame.top };
        return { ...box, name: name === "warmup" ? "warm-up" : name, labelled: width > 52 };
      }),
    ),
    levels: labelled(shown.map(({ value, label, kind }) => ({ y: y(value), label, kind }))),
    top: short(high),
    bottom: short(low),
    end: duration(end - start),
  };
}

/** Levels that lie close together have their labels one below the other, and the lowest stays above the axis. */
function labelled(levels: readonly Omit<Plot["levels"][number], "labelY">[]): Plot["levels"] {
  const fromTop = levels.toSorted((one, other) => one.y - other.y);
  const wanted = fromTop.map(({ y }) => (y < frame.top + 14 ? y + 11 : y - 4));
  const named = fromTop.flatMap(({ label }, index) => (label === "" ? [] : [index]));
  const apart = spread(
    named.map((index) => wanted[index] ?? 0),
    frame.bottom - 2,
  );
  return fromTop.map((level, index) => {
    const at = named.indexOf(index);
    return { ...level, labelY: tenth((at < 0 ? wanted[index] : apart[at]) ?? 0) };
  });
}

/** Moves ascending places down until they are a line of text apart, and up again as far as the last is past `last`. */
function spread(places: readonly number[], last: number): readonly number[] {
  const down = places.reduce<readonly number[]>(
    (before, place) => [...before, Math.max(place, (before.at(-1) ?? -Infinity) + lineHeight)],
    [],
  );
  return down.reduceRight<readonly number[]>(
    (after, place) => [Math.min(place, (after[0] ?? last + lineHeight) - lineHeight), ...after],
    [],
  );
}

/** From 0, unless everything lies in the upper half: then from a little below the least. */
function rangeOf(values: Float64Array, levels: readonly Level[]): readonly [number, number] {
  const least = values.reduce((low, value) => (value < low ? value : low), Infinity);
  const high = Math.max(highestOf(values), ...levels.map(({ value }) => value));
  const margin = Math.max((high - least) * 0.08, high * 0.002, 1e-9);
  return [least < high / 2 ? 0 : least - margin, high + margin];
}

export function highestOf(values: Float64Array): number {
  return values.reduce((most, value) => (value > most ? value : most), 0);
}

/** One closed outline for every piece without gaps. */
function outlines(
  seconds: Float64Array,
  values: Float64Array,
  x: (time: number) => number,
  y: (value: number) => number,
): readonly string[] {
  const width = (frame.right - frame.left) / columns;
  const cells: { low: number; high: number }[] = Array.from({ length: columns }, () => ({
    low: Infinity,
    high: -Infinity,
  }));
  values.forEach((value, index) => {
    if (Number.isNaN(value)) return;
    const column = Math.floor((x(seconds[index] ?? 0) - frame.left) / width);
    const cell = cells[Math.min(columns - 1, Math.max(0, column))];
    if (cell === undefined) return;
    cell.low = Math.min(cell.low, value);
    cell.high = Math.max(cell.high, value);
  });
  // Few samples are joined; only where there are more of them than columns is an empty one a gap.
  const sparse = values.length < columns * 2;
  const paths: string[] = [];
  let piece: { x: number; low: number; high: number }[] = [];
  const close = () => {
    if (piece.length > 0) paths.push(outline(piece));
    piece = [];
  };
  cells.forEach(({ low, high }, column) => {
    if (high < low) {
      if (!sparse) close();
      return;
    }
    piece.push({ x: tenth(frame.left + (column + 0.5) * width), low: y(low), high: y(high) });
  });
  close();
  return paths;
}

function outline(piece: readonly { x: number; low: number; high: number }[]): string {
  const upper = piece.map(({ x, high }) => `${x},${high}`);
  const lower = piece.toReversed().map(({ x, low }) => `${x},${low}`);
  return `M${[...upper, ...lower].join("L")}Z`;
}

/** How often each level was held in the steady phase, or at all where there is none. */
function barsOf(values: Float64Array, phases: Phases, low: number, high: number): readonly Box[] {
  const counts = new Array<number>(histogram.bins).fill(0);
  const stretches: readonly Stretch[] =
    phases.steady.length > 0 ? phases.steady : [[0, values.length]];
  for (const [from, to] of stretches) {
    for (const value of values.subarray(from, to)) {
      if (Number.isNaN(value)) continue;
      const bin = Math.floor(((value - low) / (high - low)) * histogram.bins);
      const at = Math.min(histogram.bins - 1, Math.max(0, bin));
      counts[at] = (counts[at] ?? 0) + 1;
    }
  }
  const most = Math.max(...counts, 1);
  const height = (frame.bottom - frame.top) / histogram.bins;
  return counts.flatMap((count, bin) =>
    count === 0
      ? []
      : [
          {
            x: histogram.left,
            y: tenth(frame.bottom - (bin + 1) * height),
            width: Math.max(1, tenth((count / most) * (histogram.right - histogram.left))),
            height: tenth(height - 0.5),
          },
        ],
  );
}

/** `45 s`, `12 min`, `24 h`. */
export function duration(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}

function tenth(value: number): number {
  return Math.round(value * 10) / 10;
}
