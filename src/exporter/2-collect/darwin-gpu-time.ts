import type { GpuClient } from "./darwin-gpu-clients.ts";

/** A process as ps tells it from every other. */
interface Identity {
  readonly pid: number;
  readonly startTime: number;
}

/** GPU time of processes, which never falls: what a connection had used stays counted when it is closed. */
export interface GpuTimeBook {
  /** Takes the connections of one moment, and the processes of about the same one. */
  observe(clients: readonly GpuClient[], running: readonly Identity[]): void;
  /** Undefined for a process that was never seen with a connection. */
  seconds(process: Identity): number | undefined;
}

interface Entry {
  readonly owner: string;
  readonly nanoseconds: number;
  /** How many looks have missed it. */
  readonly missed: number;
}

/** One that is missing this long is closed; before that its time would be counted anew if it came back. */
const missedUntilForgotten = 10;

/**
 * Remembers of each connection what it had used and whose it is: the process with its pid when it was first seen. One
 * that outlives its process is never that of the next one with the same pid.
 */
export function createGpuTimeBook(): GpuTimeBook {
  const entries = new Map<string, Entry>();
  const totals = new Map<string, number>();

  function add({ id, nanoseconds }: GpuClient, pidOwner: string | undefined): void {
    const before = entries.get(id);
    const owner = before?.owner ?? pidOwner;
    if (owner === undefined || nanoseconds === undefined) return;
    entries.set(id, { owner, nanoseconds, missed: 0 });
    const more = nanoseconds - (before?.nanoseconds ?? 0);
    totals.set(owner, (totals.get(owner) ?? 0) + Math.max(0, more));
  }

  return {
    observe(clients, running) {
      const owners = new Map(running.map((process) => [process.pid, keyOf(process)]));
      for (const client of clients) add(client, owners.get(client.pid));
      const seen = new Set(clients.map(({ id }) => id));
      for (const [id, entry] of entries) {
        if (seen.has(id)) continue;
        if (entry.missed >= missedUntilForgotten) entries.delete(id);
        else entries.set(id, { ...entry, missed: entry.missed + 1 });
      }
      const alive = new Set(owners.values());
      for (const owner of totals.keys()) if (!alive.has(owner)) totals.delete(owner);
    },
    seconds(process) {
      const nanoseconds = totals.get(keyOf(process));
      return nanoseconds === undefined ? undefined : nanoseconds / 1e9;
    },
  };
}

function keyOf({ pid, startTime }: Identity): string {
  return `${pid}@${startTime}`;
}
