import type { Host, Roots } from "../../model/host.ts";
import type { ProcStat } from "../../model/proc-stat.ts";
import type { Role } from "../../model/process.ts";
import type { HousingSource, Told } from "../../model/container.ts";
import type { WorkloadRule } from "../../model/workload-rule.ts";
import { type Criteria, criteriaOf } from "./criteria.ts";
import { examineAll, type Examination, isHoused } from "./examine.ts";
import { ancestors, type Descent, membershipOf, type Standing, standingOf } from "./families.ts";
import { readCgroupIdentity } from "./linux-identity.ts";
import { toldOf } from "./place.ts";
import { isAlive, listProcesses } from "./linux-processes.ts";
import { type OwnLineage, ownLineage } from "./own-lineage.ts";
import { isNear, type Sighting, reasonFor } from "./reasons.ts";

/** Why a process counts as MLX, or why not. */
export interface Explanation extends Told {
  readonly pid: number;
  readonly matched: boolean;
  readonly workload?: string;
  readonly runtime?: string;
  readonly role?: Role;
  /** One plain sentence. It names nothing of the command line but words of our own tables: secrets live there. */
  readonly reason: string;
}

/**
 * Explains one process, or without a pid all that match and all that nearly do. Empty when there is no such process.
 * It looks afresh, caps and memory aside, so it can say more than the last discovery knew.
 */
export async function explain(
  host: Host,
  roots: Roots,
  rules: readonly WorkloadRule[],
  pid?: number,
  more: Partial<Criteria> = {},
): Promise<readonly Explanation[]> {
  const criteria = criteriaOf({ ...more, rules });
  const { byPid } = listProcesses(host, roots.procfs);
  const statOf = (other: number) => byPid.get(other);
  const asked = withRelatives([...byPid.values()], statOf, pid);
  const sightings = await sightAll(host, roots, criteria, asked, statOf);
  const explanations = explanationsOf(asked, statOf, sightings, pid);
  return criteria.housing.asks
    ? withTold(host, roots, criteria.housing, explanations)
    : explanations;
}

/** With what is said of the containers of those that count; of a process that a rule claims nobody had to be asked. */
async function withTold(
  host: Host,
  roots: Roots,
  housing: HousingSource,
  explanations: readonly Explanation[],
): Promise<readonly Explanation[]> {
  const housed = new Map(
    explanations
      .filter(({ matched }) => matched)
      .map(({ pid }) => [pid, readCgroupIdentity(host, roots, pid)]),
  );
  await housing.learn([...housed.values()].filter(isHoused));
  return explanations.map((one) => {
    const identity = housed.get(one.pid);
    return identity === undefined ? one : { ...one, ...toldOf(housing.of(identity)) };
  });
}

/** What has to be looked at to explain one process, or all: a worker is what its ancestors are. */
export function withRelatives<T extends Descent>(
  all: readonly T[],
  descentOf: (pid: number) => T | undefined,
  pid?: number,
): readonly T[] {
  if (pid === undefined) return all;
  const one = descentOf(pid);
  if (one === undefined) return [];
  return [one, ...ancestors(one, descentOf).flatMap((ancestor) => descentOf(ancestor.pid) ?? [])];
}

/** Says of processes that were looked at what they are: of the one that is asked for, or of all that match or nearly do. */
export function explanationsOf(
  asked: readonly Descent[],
  descentOf: (pid: number) => Descent | undefined,
  sightings: ReadonlyMap<number, Sighting>,
  pid?: number,
): readonly Explanation[] {
  const standingIn = (other: number): Standing => {
    const sighting = sightings.get(other);
    return sighting?.kind === "seen" ? standingOf(sighting.verdict) : "other";
  };
  return asked
    .filter((one) => pid === undefined || one.pid === pid)
    .sort((a, b) => a.pid - b.pid)
    .flatMap((one): readonly Explanation[] => {
      const sighting = sightings.get(one.pid) ?? { kind: "unreadable" };
      const member = membershipOf(one, descentOf, standingIn);
      const reason = reasonFor(sighting, member?.leader);
      if (member === undefined) {
        return pid === undefined && !isNear(sighting)
          ? []
          : [{ pid: one.pid, matched: false, reason }];
      }
      const { workload, runtime, role } = member.identity;
      return [{ pid: one.pid, matched: true, workload, runtime, role, reason }];
    });
}

async function sightAll(
  host: Host,
  roots: Roots,
  criteria: Criteria,
  stats: readonly ProcStat[],
  statOf: (pid: number) => ProcStat | undefined,
): Promise<ReadonlyMap<number, Sighting>> {
  const own = ownLineage(host, roots, statOf);
  const plain = new Map(stats.map((stat) => [stat.pid, plainSighting(own, stat)]));
  const unclear = stats.filter(({ pid }) => plain.get(pid) === undefined).map(({ pid }) => pid);
  const examinations = await examineAll(host, roots, criteria, unclear);
  return new Map([
    ...[...plain].flatMap(([pid, sighting]) =>
      sighting === undefined ? [] : [[pid, sighting] as const],
    ),
    ...unclear.map((pid, index) => [pid, sightingOf(examinations[index])] as const),
  ]);
}

/** What can be said without a command line. */
function plainSighting(own: OwnLineage, stat: ProcStat): Sighting | undefined {
  if (stat.pid === own.self) return { kind: "self" };
  if (own.ancestors.has(stat.pid)) return { kind: "ancestor" };
  if (!isAlive(stat)) return { kind: "lifeless" };
  return stat.state === "D" ? { kind: "asleep" } : undefined;
}

function sightingOf(examination: Examination | undefined): Sighting {
  switch (examination?.kind) {
    case "seen":
      return { kind: "seen", argv: examination.argv, verdict: examination.verdict };
    case "empty":
      return { kind: "lifeless" };
    case "blocked":
      return { kind: "asleep" };
    case "absent":
    case "forbidden":
    case "failed":
    case undefined:
      return { kind: "unreadable" };
  }
}
