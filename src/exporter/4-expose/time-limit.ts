import { longestScrapeSeconds } from "../../model/connection-limits.ts";
import type { Clock } from "../../model/host.ts";

/** For whoever names no limit: what Prometheus allows a scrape unless it is told otherwise. */
const unnamedSeconds = 10;

/**
 * How long a scrape may take: what the scraper waits (`X-Prometheus-Scrape-Timeout-Seconds`) less the time the answer
 * needs to get there. A wait shorter than that is halved.
 */
export function scrapeSeconds(header: string | undefined, offsetSeconds: number): number {
  const named = header !== undefined && /^\d{1,9}(\.\d+)?$/.test(header) ? Number(header) : 0;
  const wait = named > 0 ? Math.min(named, longestScrapeSeconds) : unnamedSeconds;
  return wait > offsetSeconds ? wait - offsetSeconds : wait / 2;
}

/** What became of something that had a limit of time: it goes on, but nobody waits for it any more. */
export type Timed<T> = { readonly kind: "done"; readonly value: T } | { readonly kind: "late" };

/** Waits for `work`, but not longer than `seconds`. */
export function within<T>(
  work: Promise<T>,
  seconds: number,
  clock: Pick<Clock, "every">,
): Promise<Timed<T>> {
  return new Promise((resolve, reject) => {
    const stop = clock.every(seconds, () => {
      stop();
      resolve({ kind: "late" });
    });
    work.then(
      (value) => {
        stop();
        resolve({ kind: "done", value });
      },
      (error: unknown) => {
        stop();
        reject(error instanceof Error ? error : new Error(String(error)));
      },
    );
  });
}
