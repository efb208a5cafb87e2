import type { Host } from "../../model/host.ts";
import { missing, type Reason } from "../../model/figure.ts";
import { footprintCommand, footprintOf, type Footprint } from "./darwin-footprint.ts";

/** A process as ps tells it from every other, and whose it is. */
export interface FootprintTarget {
  readonly pid: number;
  readonly startTime: number;
  readonly uid: number;
}

/** The last footprint of a process and when it was read, Unix seconds, or why there is none. */
export type FootprintRead =
  { readonly footprint: Footprint; readonly unixSeconds: number } | { readonly missing: Reason };

/** Footprints of processes, read now and then in the background: never while somebody waits for a scrape. */
export interface FootprintLoop {
  /** Call once a second with the processes of which nothing better tells: what is not among them is forgotten. */
  tick(targets: readonly FootprintTarget[]): void;
  of(target: FootprintTarget): FootprintRead;
  /** How the last round went, and how long it took. */
  lastRound(): { readonly success: boolean; readonly seconds: number };
  /** Waits for nothing; no further process is asked about. */
  close(): void;
}

export interface FootprintBudget {
  /** From the end of one round to the next. */
  readonly pauseSeconds?: number;
  /** In one round: those whose figures are oldest. */
  readonly mostPids?: number;
  /** For each; then the command is killed. */
  readonly deadlineSeconds?: number;
}

/** One process at a time, those of one's own user only: of others footprint says nothing, unless root asks. */
export function createFootprintLoop(
  host: Pick<Host, "commands" | "clock" | "uid">,
  { pauseSeconds = 30, mostPids = 16, deadlineSeconds = 10 }: FootprintBudget = {},
): FootprintLoop {
  const reads = new Map<string, { readonly read: FootprintRead; readonly at: number }>();
  let wanted: ReadonlySet<string> = new Set();
  let running = false;
  let closed = false;
  let nextRound = -Infinity;
  let last = { success: true, seconds: 0 };

  const may = ({ uid }: FootprintTarget) => host.uid === 0 || uid === host.uid;

  async function round(targets: readonly FootprintTarget[]): Promise<void> {
    running = true;
    const start = host.clock.monotonicSeconds();
    let success = true;
    for (const target of targets) {
      // It may have ended while others were asked about.
      if (closed || !wanted.has(keyOf(target))) continue;
      const { path, args } = footprintCommand(target.pid);
      const run = await host.commands.run(path, args, { seconds: deadlineSeconds });
      const found = footprintOf(run, target.pid);
      const read: FootprintRead =
        "missing" in found ? found : { footprint: found, unixSeconds: host.clock.unixSeconds() };
      if ("missing" in read && read.missing === "error") success = false;
      if (wanted.has(keyOf(target)))
        reads.set(keyOf(target), { read, at: host.clock.monotonicSeconds() });
    }
    const end = host.clock.monotonicSeconds();
    last = { success, seconds: end - start };
    nextRound = end + pauseSeconds;
    running = false;
  }

  return {
    tick(targets) {
      wanted = new Set(targets.map(keyOf));
      for (const key of reads.keys()) if (!wanted.has(key)) reads.delete(key);
      const due = targets.filter(may);
      if (closed || running || due.length === 0 || host.clock.monotonicSeconds() < nextRound)
        return;
      const age = (target: FootprintTarget) => reads.get(keyOf(target))?.at ?? -Infinity;
      void round(due.sort((a, b) => compare(age(a), age(b))).slice(0, mostPids));
    },
    of: (target) =>
      may(target)
        ? (reads.get(keyOf(target))?.read ?? missing("not_measured"))
        : missing("forbidden"),
    lastRound: () => last,
    close() {
      closed = true;
    },
  };
}

function keyOf({ pid, startTime }: FootprintTarget): string {
  return `${pid}@${startTime}`;
}

/** Two that were never read are equal, which a difference of infinities would not say. */
function compare(a: number, b: number): number {
  return a === b ? 0 : a - b;
}
