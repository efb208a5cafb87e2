import type { Host, Roots } from "../../model/host.ts";
import { ancestors, type Descent } from "./families.ts";
import { parseProcStat } from "../../model/proc-stat.ts";

/** The pid of this process among the processes that are watched, and the pids of its ancestors. */
export interface OwnLineage {
  readonly self: number;
  readonly ancestors: ReadonlySet<number>;
}

/**
 * Finds this process among the watched ones, so that discovery leaves it and what started it out. Where another
 * machine's or container's procfs is mounted our pid there is a different one, which only its `self` link knows.
 */
export function ownLineage(
  host: Host,
  roots: Roots,
  descentOf: (pid: number) => Descent | undefined,
): OwnLineage {
  const file = host.files.readKept(`${roots.procfs}/self/stat`);
  const stat = file.kind === "read" ? parseProcStat(file.text) : undefined;
  return lineageOf(stat?.pid ?? host.pid, descentOf);
}

/** A process and its ancestors. */
export function lineageOf(
  self: number,
  descentOf: (pid: number) => Descent | undefined,
): OwnLineage {
  const known = descentOf(self);
  const line = known === undefined ? [] : ancestors(known, descentOf);
  return { self, ancestors: new Set(line.map(({ pid }) => pid)) };
}
