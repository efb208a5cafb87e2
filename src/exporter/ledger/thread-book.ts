import { processKey } from "../../model/process.ts";
import type { ThreadReading } from "../../model/reading.ts";
import type { ProcessView, ThreadGroup } from "../../model/view.ts";

/** Remembers what threads used, by name, from one scrape to the next. */
export interface ThreadBook {
  /** The same processes, each with the groups of its threads where they were read. Forgets all other processes. */
  observe(processes: readonly ProcessView[]): readonly ProcessView[];
}

/** A process may call its threads what it likes; what comes after this many names is counted under one. */
const mostNames = 16;
const rest = "other";

interface Ticks {
  user: number;
  system: number;
}

/** What is remembered of one process. */
interface Account {
  readonly names: Map<string, Ticks>;
  /** By thread, as last seen, and in which look. */
  readonly threads: Map<string, { readonly last: ThreadReading; readonly look: number }>;
  looks: number;
}

/** The kernel cuts a listing short when a thread ends under it: who is missed once is not yet gone. */
const missedLooks = 3;

/**
 * Adds up what each thread used since it was last seen, all it ever used at first sight: so a thread that ends leaves
 * its part behind, no name ever falls, and all names together never exceed what the kernel counted for the process.
 * What a thread used between its last look and its end is nobody's.
 */
export function createThreadBook(ticksPerSecond: number): ThreadBook {
  let accounts = new Map<string, Account>();

  return {
    observe(processes) {
      const next = new Map<string, Account>();
      const views = processes.map((view): ProcessView => {
        const key = processKey(view.process);
        const account: Account = accounts.get(key) ?? {
          names: new Map(),
          threads: new Map(),
          looks: 0,
        };
        const { threads } = view.reading;
        // A process whose threads were not asked for leaves nothing to remember.
        if (threads === undefined) return view;
        next.set(key, account);
        if ("missing" in threads) return view;
        return { ...view, threads: groups(account, threads.threads, ticksPerSecond) };
      });
      accounts = next;
      return views;
    },
  };
}

function groups(
  account: Account,
  threads: readonly ThreadReading[],
  ticksPerSecond: number,
): readonly ThreadGroup[] {
  const look = (account.looks += 1);
  const news = new Map<string, Ticks & { threads: number }>();
  for (const thread of threads) {
    const key = processKey({ pid: thread.tid, startTicks: thread.startTicks });
    const before = account.threads.get(key)?.last;
    account.threads.set(key, { last: thread, look });
    const added = news.get(thread.name) ?? { user: 0, system: 0, threads: 0 };
    added.user += Math.max(0, thread.userTicks - (before?.userTicks ?? 0));
    added.system += Math.max(0, thread.systemTicks - (before?.systemTicks ?? 0));
    added.threads += 1;
    news.set(thread.name, added);
  }
  for (const [key, thread] of account.threads)
    if (thread.look < look - missedLooks) account.threads.delete(key);

  const counts = new Map<string, number>();
  // The busiest names come first, so that the least busy of a crowd share one.
  for (const [name, { user, system, threads: count }] of busiestFirst(news)) {
    const shown = nameFor(account, name);
    const total = account.names.get(shown) ?? { user: 0, system: 0 };
    total.user += user;
    total.system += system;
    account.names.set(shown, total);
    counts.set(shown, (counts.get(shown) ?? 0) + count);
  }
  return [...account.names].map(([name, { user, system }]) => ({
    name,
    threads: counts.get(name) ?? 0,
    userSeconds: user / ticksPerSecond,
    systemSeconds: system / ticksPerSecond,
  }));
}

function busiestFirst<T extends Ticks>(
  names: ReadonlyMap<string, T>,
): readonly (readonly [string, T])[] {
  const busy = ({ user, system }: Ticks) => user + system;
  return [...names].sort(([, a], [, b]) => busy(b) - busy(a));
}

/** A name keeps the place it once got, in the first scrape or later: moving it would make a counter fall. */
function nameFor({ names }: Account, name: string): string {
  const own = names.size - (names.has(rest) ? 1 : 0);
  return names.has(name) || own < mostNames ? name : rest;
}
