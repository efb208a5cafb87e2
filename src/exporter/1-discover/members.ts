import type { Labels } from "../../model/container.ts";
import type { Reason } from "../../model/figure.ts";
import type { MlxProcess } from "../../model/process.ts";
import { type Descent, membershipOf, type Standing } from "./families.ts";
import type { OwnLineage } from "./own-lineage.ts";
import type { Place } from "./place.ts";

/** What a discovered process has besides its identity. */
export interface Facts extends Place {
  /** Unix seconds. */
  readonly startTime: number;
  readonly user?: string;
  readonly unit?: string;
  /** Why that is not known; absent where nobody had to be asked. */
  readonly unitMissing?: Reason;
}

/** What is known of the processes of one moment. */
export interface Known {
  descentOf(pid: number): Descent | undefined;
  standingOf(pid: number): Standing;
  factsOf(pid: number): Facts | undefined;
  /** The object that was handed out for this process before, if nothing of it has changed: others keep things by it. */
  sameAsBefore(found: MlxProcess): MlxProcess;
}

/** Those of some processes that are MLX, each with what it is among its relatives. This one and its ancestors are not. */
export function membersAmong(
  pids: readonly number[],
  own: OwnLineage,
  known: Known,
): readonly MlxProcess[] {
  const isOurs = (pid: number) => pid === own.self || own.ancestors.has(pid);
  const standingOf = (pid: number) => (isOurs(pid) ? "other" : known.standingOf(pid));
  const descentOf = (pid: number) => known.descentOf(pid);
  return pids.flatMap((pid) => {
    const descent = descentOf(pid);
    if (descent === undefined) return [];
    const member = membershipOf(descent, descentOf, standingOf);
    const facts = member === undefined ? undefined : known.factsOf(pid);
    if (member === undefined || facts === undefined) return [];
    const { parentPid, startTicks } = descent;
    return [known.sameAsBefore({ pid, parentPid, startTicks, ...facts, ...member.identity })];
  });
}

/** Whether nothing of a process has changed. */
export function isSame(one: MlxProcess, other: MlxProcess): boolean {
  const keys = Object.keys(one) as (keyof MlxProcess)[];
  return (
    keys.length === Object.keys(other).length &&
    keys.every((key) =>
      key === "labels" ? sameLabels(one.labels, other.labels) : one[key] === other[key],
    )
  );
}

function sameLabels(one: Labels = {}, other: Labels = {}): boolean {
  const names = Object.keys(one);
  return (
    names.length === Object.keys(other).length && names.every((name) => one[name] === other[name])
  );
}
