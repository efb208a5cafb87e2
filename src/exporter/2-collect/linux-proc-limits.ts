import type { TextRead } from "../../model/host.ts";
import { known, missing, type Figure } from "../../model/figure.ts";
import type { Rlimits } from "../../model/reading.ts";
import { remembered } from "../../model/remembered.ts";
import { parseCount, reasonOf } from "./figures.ts";

/** Makes the resource limits we compare with of `/proc/PID/limits`, which every user may read. */
export function rlimitsOf(read: TextRead): Rlimits {
  if (read.kind === "read") return rlimitsIn(read.text);
  return allRows(() => missing(reasonOf(read)));
}

/** Processes that were started alike have limits that read alike. */
const rlimitsIn = remembered((text): Rlimits => {
  const rows = parseProcLimits(text);
  return allRows((name) => rows.get(name) ?? missing("unsupported"));
});

function allRows(row: (name: string) => Figure): Rlimits {
  return {
    addressSpaceBytes: row("Max address space"),
    dataBytes: row("Max data size"),
    openFiles: row("Max open files"),
    cpuSeconds: row("Max cpu time"),
    lockedBytes: row("Max locked memory"),
    processes: row("Max processes"),
  };
}

/**
 * Parses rows such as `Max open files            1024                 4096                 files` into soft limits.
 * Names hold spaces; columns are at least two spaces apart, proc_pid_limits(5).
 */
export function parseProcLimits(text: string): ReadonlyMap<string, Figure> {
  const rows = new Map<string, Figure>();
  for (const line of text.split("\n").slice(1)) {
    const [name, soft] = line.split(/ {2,}/);
    const value = parseCount(soft);
    if (name === undefined || soft === undefined) continue;
    if (soft === "unlimited") rows.set(name, missing("unlimited"));
    else if (value !== undefined) rows.set(name, known(value));
  }
  return rows;
}
