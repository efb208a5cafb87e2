import type { TextRead } from "../../model/host.ts";
import { known, missing, type Figure, type Reason } from "../../model/figure.ts";

/** Why a file gave no bytes, in the words of a figure. An absent file means the kernel has no such figure. */
export function reasonOf(read: Exclude<TextRead, { kind: "read" }>): Reason {
  switch (read.kind) {
    case "absent":
      return "unsupported";
    case "forbidden":
      return "forbidden";
    case "failed":
      return "error";
  }
}

/** Makes a figure of what was read: the parser's number, or why there is none. */
export function figureOf(read: TextRead, parse: (text: string) => number | undefined): Figure {
  return read.kind === "read" ? figure(parse(read.text)) : missing(reasonOf(read));
}

/** A number that was found in a text that was readable; not finding it means that this kernel does not say. */
export function figure(value: number | undefined): Figure {
  return value === undefined ? missing("unsupported") : known(value);
}

/** A whole non-negative decimal number, or undefined for anything else, infinity and NaN included. */
export function parseCount(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,20}$/.test(text) ? Number(text) : undefined;
}

/** Reads `key value` lines, as in memory.stat, cpu.stat and /proc/vmstat. Unknown keys are kept, bad lines skipped. */
export function parseKeyed(text: string): ReadonlyMap<string, number> {
  const entries = new Map<string, number>();
  for (const line of text.split("\n")) {
    const space = line.indexOf(" ");
    const value = space > 0 ? parseCount(line.slice(space + 1).trim()) : undefined;
    if (value !== undefined) entries.set(line.slice(0, space), value);
  }
  return entries;
}

/** Reads `key: value` lines with an optional ` kB`, as in /proc/PID/io (bytes) and /proc/meminfo (made bytes). */
export function parseKeyedColon(text: string): ReadonlyMap<string, number> {
  const entries = new Map<string, number>();
  for (const line of text.split("\n")) {
    const match = /^([^:\s]+):\s*(\d{1,20})( kB)?$/.exec(line);
    if (match !== null)
      entries.set(match[1] ?? "", Number(match[2]) * (match[3] === undefined ? 1 : 1024));
  }
  return entries;
}
