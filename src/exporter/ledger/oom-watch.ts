import { processKey, type MlxProcess } from "../../model/process.ts";
import type { OomCounts } from "./oom-count.ts";
import { createOomReasons, type Compared } from "./oom-reasons.ts";

type Watched = readonly { readonly process: MlxProcess; readonly oomFiles: readonly string[] }[];

/** Vanished processes, told apart as far as an onlooker can. */
interface Verdicts {
  readonly killed: readonly MlxProcess[];
  readonly ended: readonly MlxProcess[];
  /** Of the killed, those for which a memory limit was the reason, an event `oom` of version 2 for each. */
  readonly limited: readonly MlxProcess[];
}

type ReadOomCounts = (file: string) => OomCounts | undefined;

/** Tells which vanished processes the kernel killed for lack of memory. */
export interface OomWatch {
  /** `oomKilledContainers` as in Look. */
  observe(
    alive: Watched,
    vanished: readonly MlxProcess[],
    readOomCounts: ReadOomCounts,
    oomKilledContainers?: readonly string[],
  ): Verdicts;
}

/** An engine hears of a kill through two others: so many looks later at most. */
const looksUntilTold = 3;

/**
 * The kernel says how many processes it killed in a cgroup, never which. A vanished process counts as killed when the
 * innermost counter around it that still exists rose in the same look or the one before; a rise pays for as many
 * processes as it counts, and no more. A counter of the same name with another number is a new one: the cgroup was removed
 * and made again, as systemd does within a tenth of a second when it starts a unit again. Each vanished process is judged once, one look after it was missed at the
 * latest: a counter can be read a moment before it rises.
 *
 * A container that is removed takes its counter along, and one that is started again gets a new one. Then its engine's
 * word counts in the counter's place, and is waited for a little longer; else the kernel alone decides.
 */
export function createOomWatch(): OomWatch {
  /** Counters as last read. */
  let counters = new Map<string, OomCounts>();
  /** Rises not yet explained by a vanished process, with the look they came from. */
  let rises = new Map<string, { left: number; look: number }>();
  /** Where each tracked process's kills are counted. */
  const files = new Map<string, readonly string[]>();
  const engines = createEngineWords();
  const reasons = createOomReasons();
  let waiting: readonly { readonly process: MlxProcess; readonly since: number }[] = [];
  let look = 0;

  return {
    observe(alive, vanished, readOomCounts, oomKilledContainers) {
      look += 1;
      engines.hear(oomKilledContainers ?? [], look);
      for (const { process, oomFiles } of alive)
        if (oomFiles.length > 0) files.set(processKey(process), oomFiles);

      const next = new Map<string, OomCounts>();
      /** Files of which this look knows whether they rose have a count before. */
      const compared = new Map<string, Compared>();
      for (const file of new Set([...files.values()].flat())) {
        const now = readOomCounts(file);
        if (now === undefined) continue;
        next.set(file, now);
        const known = counters.get(file);
        const before = known?.id === now.id ? known : undefined;
        compared.set(file, { now, ...(before !== undefined && { before }) });
        if (before !== undefined && now.kills > before.kills)
          rises.set(file, { left: now.kills - before.kills + (rises.get(file)?.left ?? 0), look });
      }
      reasons.compare(compared);
      counters = next;
      rises = new Map([...rises].filter(([, rise]) => look - rise.look <= 1));

      /** Whether the counter closest to it went with its container; where it reads 0, the container was started again. */
      const isUncounted = (process: MlxProcess): boolean => {
        const [innermost] = files.get(processKey(process)) ?? [];
        return innermost === undefined || (!next.get(innermost)?.kills && !rises.has(innermost));
      };
      const isThere = (file: string) => compared.get(file)?.before !== undefined || rises.has(file);
      const isKilled = (process: MlxProcess): boolean => {
        const around = files.get(processKey(process)) ?? [];
        const counting = around.find(isThere);
        const counted = counting !== undefined && (rises.get(counting)?.left ?? 0) > 0;
        const { containerId } = process;
        if (counted) engines.counted(containerId, look);
        else if (!isUncounted(process) || !engines.take(containerId)) return false;
        // The same kill shows in every counter around it: it must not pay for another process elsewhere.
        for (const file of around) {
          const rise = rises.get(file);
          if (rise !== undefined) rise.left = Math.max(0, rise.left - 1);
        }
        return true;
      };
      const isLimited = (process: MlxProcess): boolean => {
        const counting = files.get(processKey(process))?.find(isThere);
        return counting !== undefined && reasons.take(counting);
      };
      const killed: MlxProcess[] = [];
      const ended: MlxProcess[] = [];
      const still: (typeof waiting)[number][] = [];
      // Those that an engine names come first: a counter that they share with others has risen for them.
      const candidates = [...waiting, ...vanished.map((process) => ({ process, since: look }))];
      const named = ({ process }: (typeof waiting)[number]) => engines.names(process.containerId);
      const ordered = [...candidates.filter(named), ...candidates.filter((one) => !named(one))];
      for (const one of ordered) {
        const { process, since } = one;
        const isHeardOf = oomKilledContainers !== undefined && process.containerId !== undefined;
        const patience = isHeardOf && isUncounted(process) ? looksUntilTold : 1;
        if (isKilled(process)) killed.push(process);
        else if (look - since >= patience) ended.push(process);
        else still.push(one);
      }
      waiting = still;

      const limited = killed.filter(isLimited);
      const judged = [...killed, ...ended];
      for (const process of judged) files.delete(processKey(process));
      return { killed, ended, limited };
    },
  };
}

/** What engines say of kills in containers, each to be used once. */
function createEngineWords() {
  /** Told, and not yet explained by a vanished process. */
  let words = new Map<string, { left: number; look: number }>();
  /** Counted by the kernel before anybody told of it. */
  let ahead = new Map<string, { left: number; look: number }>();

  function take(from: typeof words, id: string | undefined): boolean {
    const entry = id === undefined ? undefined : from.get(id);
    if (entry === undefined || entry.left === 0) return false;
    entry.left -= 1;
    return true;
  }
  const add = (to: typeof words, id: string, look: number) => {
    to.set(id, { left: (to.get(id)?.left ?? 0) + 1, look });
  };
  const young = (entries: typeof words, look: number, looks: number) =>
    new Map([...entries].filter(([, entry]) => look - entry.look <= looks));

  return {
    hear(ids: readonly string[], look: number) {
      ahead = young(ahead, look, looksUntilTold);
      for (const id of ids) if (!take(ahead, id)) add(words, id, look);
      words = young(words, look, 1);
    },
    names: (id: string | undefined) => id !== undefined && (words.get(id)?.left ?? 0) > 0,
    take: (id: string | undefined) => take(words, id),
    counted(id: string | undefined, look: number) {
      if (id !== undefined && !take(words, id)) add(ahead, id, look);
    },
  };
}
