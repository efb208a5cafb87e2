import type { Clock } from "../../model/host.ts";
import type { View } from "../../model/view.ts";
import type { Gate } from "./in-flight.ts";
import { scrapeSeconds, within } from "./time-limit.ts";

/** How many may look at a time, and how long each may take. */
export interface LookLimits {
  readonly gate: Gate;
  /** What a scraper's own limit is cut by, for the way back. */
  readonly offsetSeconds: number;
  readonly clock: Pick<Clock, "every">;
}

/** Hands what was seen to `answer`, or resolves to a sentence that says why nothing was. */
export type Looking = (
  scraperWaits: string | undefined,
  answer: (view: View) => Promise<void>,
) => Promise<string | undefined>;

/** Looks within limits; `scraperWaits` is the header with which a scraper says how long it waits. */
export function createLooking(look: () => Promise<View>, limits?: LookLimits): Looking {
  if (limits === undefined) {
    return async (_scraperWaits, answer) => {
      await answer(await look());
      return undefined;
    };
  }
  const { gate, offsetSeconds, clock } = limits;
  return async (scraperWaits, answer) => {
    const seconds = scrapeSeconds(scraperWaits, offsetSeconds);
    const done = await gate(async () => {
      const seen = await within(look(), seconds, clock);
      if (seen.kind === "done") await answer(seen.value);
      return seen.kind;
    });
    switch (done) {
      case "done":
        return undefined;
      case "late":
        return `Looking at the processes took longer than ${Number(seconds.toFixed(3))} s; it goes on, and the next scrape shares it.`;
      case undefined:
        return "As many requests as --web.max-requests allows are being answered: ask again.";
    }
  };
}
