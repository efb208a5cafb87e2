import type { Identity, Verdict } from "./classify.ts";
import { customRuntime } from "./runtime.ts";

/** Where a process stands in the tree. */
export interface Descent {
  readonly pid: number;
  readonly parentPid: number;
  readonly startTicks: number;
}

/** What is known of a process from its own command line: an identity, a child's marks, or nothing. */
export type Standing = Identity | "child" | "other";

export function standingOf(verdict: Verdict): Standing {
  if (verdict.kind === "mlx") return verdict.identity;
  return verdict.kind === "child" ? "child" : "other";
}

/** An identity, and for a worker the process it works for. */
export interface Membership {
  readonly identity: Identity;
  readonly leader?: number;
}

/**
 * Decides what a process is among its relatives. A marked child is a worker of its nearest MLX ancestor, or not MLX.
 * So is a process of the same runtime as that ancestor: a fork that shares its parent's command line, or a server
 * that its own command line tool started. Parent and child are never counted as two instances.
 */
export function membershipOf(
  process: Descent,
  descentOf: (pid: number) => Descent | undefined,
  standingOf: (pid: number) => Standing,
): Membership | undefined {
  const own = standingOf(process.pid);
  if (own === "other") return undefined;
  let family = own === "child" ? undefined : own;
  let leader: number | undefined;
  for (const ancestor of ancestors(process, descentOf)) {
    const theirs = standingOf(ancestor.pid);
    if (theirs === "other" || theirs === "child") continue;
    if (family !== undefined && !sameFamily(family, theirs)) break;
    family = theirs;
    leader = ancestor.pid;
  }
  if (family === undefined) return undefined;
  return leader === undefined
    ? { identity: family }
    : { identity: { ...family, role: "worker" }, leader };
}

/**
 * Parents upwards, nearest first. A parent that started after its child is a stranger under a reused pid, and
 * readings of a moving tree can form a ring: both end the line.
 */
export function ancestors(
  process: Descent,
  descentOf: (pid: number) => Descent | undefined,
): readonly Descent[] {
  const line: Descent[] = [];
  const seen = new Set([process.pid]);
  let child = process;
  for (;;) {
    const parent = descentOf(child.parentPid);
    if (parent === undefined || seen.has(parent.pid) || parent.startTicks > child.startTicks) {
      return line;
    }
    seen.add(parent.pid);
    line.push(parent);
    child = parent;
  }
}

/** Programs that only the config knows have nothing in common but the config's name for them. */
function sameFamily(one: Identity, other: Identity): boolean {
  return (
    one.runtime === other.runtime &&
    (one.runtime !== customRuntime || one.workload === other.workload)
  );
}
