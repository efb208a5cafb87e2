import { known, missing, type Figure } from "../../model/figure.ts";

/** The window of every CPU rate, in seconds: long enough to be calm, short enough to see a stall. */
const windowSeconds = 15;
/** Two looks closer than this say more about the clock's grain (10 ms) than about the CPU. */
const shortestSeconds = 0.2;

interface Look {
  readonly time: number;
  readonly seconds: number;
}

/** Makes rates of ever-growing CPU seconds. One window for everybody: a second scraper changes nothing. */
export interface RateBook {
  look(key: string, time: number, seconds: number): void;
  /** Cores in use over the window, or `not_measured` until there are two looks far enough apart. */
  cores(key: string): Figure;
  /** Forgets what was not looked at since `time`. */
  forgetBefore(time: number): void;
}

export function createRateBook(): RateBook {
  const looks = new Map<string, Look[]>();
  return {
    look(key, time, seconds) {
      const past = looks.get(key) ?? [];
      const last = past.at(-1);
      // A count that fell belongs to something new under an old name: its past says nothing.
      const kept = last !== undefined && seconds < last.seconds ? [] : past;
      if (last !== undefined && kept.length > 0 && time - last.time < shortestSeconds) return;
      kept.push({ time, seconds });
      while (kept.length > 2 && (kept[1]?.time ?? time) <= time - windowSeconds) kept.shift();
      looks.set(key, kept);
    },
    cores(key) {
      const past = looks.get(key) ?? [];
      const first = past[0];
      const last = past.at(-1);
      if (first === undefined || last === undefined || last.time - first.time < shortestSeconds) {
        return missing("not_measured");
      }
      return known((last.seconds - first.seconds) / (last.time - first.time));
    },
    forgetBefore(time) {
      for (const [key, past] of looks)
        if ((past.at(-1)?.time ?? -Infinity) < time) looks.delete(key);
    },
  };
}
