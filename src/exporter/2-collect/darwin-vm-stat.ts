import type { DarwinCommand } from "./darwin-command.ts";

/** What the machine's pages are used for. */
export const vmStatCommand: DarwinCommand = { path: "/usr/bin/vm_stat", args: [] };

/** In bytes; each is absent where a line that it needs is. */
export interface VmStat {
  /** As Activity Monitor counts: what could not be given back without writing it somewhere or compressing it. */
  readonly usedBytes?: number;
  /** Neither compressed nor swapped; the weights of a model that the GPU uses are in it. */
  readonly wiredBytes?: number;
  /** What the compressor itself occupies, not what it holds. */
  readonly compressorBytes?: number;
}

/**
 * Parses `Pages wired down:     218103.` lines, in pages of the size that the first line tells: 16 KiB on Apple silicon.
 * Quoted keys are none that is wanted. Undefined when it is none of that.
 */
export function parseVmStat(stdout: Buffer): VmStat | undefined {
  const text = stdout.toString("utf8");
  const size = Number(/\(page size of (\d{1,9}) bytes\)/.exec(text)?.[1]);
  if (!(size > 0)) return undefined;
  const pages = new Map<string, number>();
  for (const line of text.split("\n")) {
    const found = /^([^":]+): +(\d{1,15})\.$/.exec(line);
    if (found !== null) pages.set(found[1] ?? "", Number(found[2]));
  }
  const bytes = (sum: number | undefined) => (sum === undefined ? undefined : sum * size);
  const usedBytes = bytes(usedPages(pages));
  const wiredBytes = bytes(pages.get("Pages wired down"));
  const compressorBytes = bytes(pages.get("Pages occupied by compressor"));
  return {
    ...(usedBytes !== undefined && { usedBytes }),
    ...(wiredBytes !== undefined && { wiredBytes }),
    ...(compressorBytes !== undefined && { compressorBytes }),
  };
}

const counted = [
  "Pages active",
  "Pages inactive",
  "Pages speculative",
  "Pages wired down",
  "Pages occupied by compressor",
];
/** What is among those, and given back for the asking. */
const givenBack = ["Pages purgeable", "File-backed pages"];

function usedPages(pages: ReadonlyMap<string, number>): number | undefined {
  let sum = 0;
  for (const name of [...counted, ...givenBack]) {
    const count = pages.get(name);
    if (count === undefined) return undefined;
    sum += counted.includes(name) ? count : -count;
  }
  return Math.max(0, sum);
}
