import type { ProfileResource } from "../../catalog/profile-resources.ts";
import type { Phases, Run, Stretch } from "../../model/run.ts";

/** A model has loaded when memory stays within this share of itself … */
const flat = 0.01;
/** … for this long, and for so many samples at the least. */
const flatSeconds = 10;
const flatSamples = 5;
/** Nothing loads any more that has lived so long, or that begins with nearly all it holds later. */
const loadedAge = 600;
const nearlyAll = 0.9;
/** Memory that rises by more than this from the third quarter of a recording to the last has not come to rest. */
const rising = 0.02;

/**
 * Load, warm-up, steady. Load lasts until memory has been flat for ten seconds, and not beyond the first request.
 * Warm-up lasts until the caches are full, which takes ten different prompts, and until memory has reached what it
 * holds for the rest of the time: the median of the second half, less 1 %. What comes then is steady. Each life of
 * the workload has phases of its own.
 */
export function phasesOf(run: Run<ProfileResource>): Phases {
  const memory = memoryOf(run);
  const lives = run.lives.map(({ at, age }, index) => ({
    life: [at, run.lives[index + 1]?.at ?? run.seconds.length] as const,
    age,
  }));
  const ends = lives.map(({ life, age }, index) => {
    if (memory === undefined) return { life, loaded: life[0], warm: life[0] };
    // Load was put on the first life; a later one finds it running.
    const asked = index === 0 ? run : { seconds: run.seconds };
    const loaded = age > loadedAge ? life[0] : endOfLoad(asked, memory, life);
    return { life, loaded, warm: endOfWarmup(asked, memory, [loaded, life[1]]) };
  });
  return {
    load: ends.map(({ life, loaded }): Stretch => [life[0], loaded]).filter(isNotEmpty),
    warmup: ends.map(({ loaded, warm }): Stretch => [loaded, warm]).filter(isNotEmpty),
    steady: ends.map(({ life, warm }): Stretch => [warm, life[1]]).filter(isNotEmpty),
    growing: memory !== undefined && isGrowing(memory, ends.at(-1)),
  };
}

/** When samples were taken, and when requests came. */
type Asked = Pick<Run, "seconds" | "loadStarted" | "cachesFull">;

/** The figure that phases are told by. */
function memoryOf({ columns }: Run<ProfileResource>): Float64Array | undefined {
  return [columns.memory, columns.rss, columns.gpu_memory, columns.allocator_active].find(
    (column) => column.some((value) => !Number.isNaN(value)),
  );
}

/** The first sample from which memory is flat. A recording that begins beside a loaded model has no load. */
function endOfLoad(run: Asked, memory: Float64Array, [from, to]: Stretch): number {
  const { seconds } = run;
  if ((memory[from] ?? NaN) >= plateauOf(memory, [from, to]) * nearlyAll) return from;
  for (let at = from; at < to; at++) {
    const time = seconds[at] ?? 0;
    if (run.loadStarted !== undefined && time >= run.loadStarted) return at;
    const ceiling = (memory[at] ?? NaN) * (1 + flat);
    let end = at + 1;
    while (end < to && !((memory[end] ?? NaN) > ceiling)) {
      if (end - at >= flatSamples && (seconds[end] ?? 0) - time >= flatSeconds) return at;
      end++;
    }
  }
  return to;
}

function endOfWarmup(run: Asked, memory: Float64Array, [from, to]: Stretch): number {
  if (from >= to) return to;
  const plateau = plateauOf(memory, [from, to]) * (1 - flat);
  const { cachesFull = 0 } = run;
  for (let at = from; at < to; at++) {
    const full = (run.seconds[at] ?? 0) >= cachesFull;
    if (full && ((memory[at] ?? NaN) >= plateau || Number.isNaN(plateau))) return at;
  }
  return to;
}

/** What memory comes to: the median of the second half. */
function plateauOf(memory: Float64Array, [from, to]: Stretch): number {
  return median(memory, [from + Math.floor((to - from) / 2), to]);
}

/** The last quarter lies above the third one, and has reached what was never reached before. */
function isGrowing(
  memory: Float64Array,
  last: { readonly life: Stretch; readonly loaded: number } | undefined,
): boolean {
  if (last === undefined) return false;
  const to = last.life[1];
  // What never came to rest has no end of its load.
  const from = last.loaded < to ? last.loaded : last.life[0];
  const quarter = Math.floor((to - from) / 4);
  if (quarter < flatSamples) return false;
  const [third, fourth]: readonly Stretch[] = [
    [to - 2 * quarter, to - quarter],
    [to - quarter, to],
  ];
  if (third === undefined || fourth === undefined) return false;
  return (
    median(memory, fourth) > median(memory, third) * (1 + rising) &&
    highest(memory, fourth) > highest(memory, [from, fourth[0]]) * (1 + rising)
  );
}

function median(values: Float64Array, [from, to]: Stretch): number {
  const known = values
    .slice(from, to)
    .filter((value) => !Number.isNaN(value))
    .sort();
  return known[Math.floor((known.length - 1) / 2)] ?? NaN;
}

function highest(values: Float64Array, [from, to]: Stretch): number {
  return values.subarray(from, to).reduce((most, value) => (value > most ? value : most), 0);
}

function isNotEmpty([from, to]: Stretch): boolean {
  return from < to;
}
