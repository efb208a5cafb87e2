import { processKey, type MlxProcess } from "../../model/process.ts";

type Watched = readonly { readonly process: MlxProcess; readonly oomFiles: readonly string[] }[];

/** Vanished processes, told apart as far as an onlooker can. */
interface Verdicts {
  readonly killed: readonly MlxProcess[];
  readonly ended: readonly MlxProcess[];
}

type ReadOomKills = (file: string) => number | undefined;

/** Tells which vanished processes the kernel killed for lack of memory. */
export interface OomWatch {
  observe(alive: Watched, vanished: readonly MlxProcess[], readOomKills: ReadOomKills): Verdicts;
}

/**
 * The kernel says how many processes it killed in a cgroup, never which. A vanished process counts as killed when the
 * innermost counter around it that still exists rose in the same look or the one before; a rise pays for as many
 * processes as it counts, and no more. Each vanished process is judged once, one look after it was missed at the
 * latest: a counter can be read a moment before it rises.
 */
export function createOomWatch(): OomWatch {
  /** Counters as last read. */
  let counters = new Map<string, number>();
  /** Rises not yet explained by a vanished process, with the look they came from. */
  let rises = new Map<string, { left: number; look: number }>();
  /** Where each tracked process's kills are counted. */
  const files = new Map<string, readonly string[]>();
  let waiting: readonly MlxProcess[] = [];
  let look = 0;

  return {
    observe(alive, vanished, readOomKills) {
      look += 1;
      for (const { process, oomFiles } of alive)
        if (oomFiles.length > 0) files.set(processKey(process), oomFiles);

      const next = new Map<string, number>();
      /** Files of which this look knows whether they rose. */
      const compared = new Set<string>();
      for (const file of new Set([...files.values()].flat())) {
        const count = readOomKills(file);
        if (count === undefined) continue;
        next.set(file, count);
        const before = counters.get(file);
        if (before === undefined) continue;
        compared.add(file);
        if (count > before)
          rises.set(file, { left: count - before + (rises.get(file)?.left ?? 0), look });
      }
      counters = next;
      rises = new Map([...rises].filter(([, rise]) => look - rise.look <= 1));

      const isKilled = (process: MlxProcess): boolean => {
        const around = files.get(processKey(process)) ?? [];
        const counting = around.find((file) => compared.has(file) || rises.has(file));
        if (counting === undefined || (rises.get(counting)?.left ?? 0) === 0) return false;
        // The same kill shows in every counter around it: it must not pay for another process elsewhere.
        for (const file of around) {
          const rise = rises.get(file);
          if (rise !== undefined) rise.left = Math.max(0, rise.left - 1);
        }
        return true;
      };
      const killed: MlxProcess[] = [];
      const ended: MlxProcess[] = [];
      for (const process of waiting) (isKilled(process) ? killed : ended).push(process);
      waiting = vanished.filter((process) => {
        if (!isKilled(process)) return true;
        killed.push(process);
        return false;
      });

      const judged = [...killed, ...ended];
      for (const process of judged) files.delete(processKey(process));
      return { killed, ended };
    },
  };
}
