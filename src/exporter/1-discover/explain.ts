import type { Host, Roots } from "../../model/host.ts";
import type { ProcStat } from "../../model/proc-stat.ts";
import type { Role } from "../../model/process.ts";
import type { WorkloadRule } from "../../model/workload-rule.ts";
import { examineAll, type Examination } from "./examine.ts";
import { ancestors, membershipOf, type Standing } from "./families.ts";
import { isAlive, listProcesses } from "./linux-processes.ts";
import { type OwnLineage, ownLineage } from "./own-lineage.ts";
import { isNear, type Sighting, reasonFor } from "./reasons.ts";

/** Why a process counts as MLX, or why not. */
export interface Explanation {
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
): Promise<readonly Explanation[]> {
  const { byPid } = listProcesses(host, roots.procfs);
  const statOf = (other: number) => byPid.get(other);
  const asked = pid === undefined ? [...byPid.values()] : withAncestors(pid, statOf);
  const sightings = await sightAll(host, roots, rules, asked, statOf);
  const standingOf = (other: number): Standing => {
    const sighting = sightings.get(other);
    return sighting === undefined ? "other" : standing(sighting);
  };

  return asked
    .filter((stat) => pid === undefined || stat.pid === pid)
    .sort((a, b) => a.pid - b.pid)
    .flatMap((stat): readonly Explanation[] => {
      const sighting = sightings.get(stat.pid) ?? { kind: "unreadable" };
      const member = membershipOf(stat, statOf, standingOf);
      const reason = reasonFor(sighting, member?.leader);
      if (member === undefined) {
        return pid === undefined && !isNear(sighting)
          ? []
          : [{ pid: stat.pid, matched: false, reason }];
      }
      const { workload, runtime, role } = member.identity;
      return [{ pid: stat.pid, matched: true, workload, runtime, role, reason }];
    });
}

/** A process and what it descends from: a worker is what its ancestors are. */
function withAncestors(
  pid: number,
  statOf: (pid: number) => ProcStat | undefined,
): readonly ProcStat[] {
  const stat = statOf(pid);
  if (stat === undefined) return [];
  return [stat, ...ancestors(stat, statOf).flatMap((ancestor) => statOf(ancestor.pid) ?? [])];
}

async function sightAll(
  host: Host,
  roots: Roots,
  rules: readonly WorkloadRule[],
  stats: readonly ProcStat[],
  statOf: (pid: number) => ProcStat | undefined,
): Promise<ReadonlyMap<number, Sighting>> {
  const own = ownLineage(host, roots, statOf);
  const plain = new Map(stats.map((stat) => [stat.pid, plainSighting(own, stat)]));
  const unclear = stats.filter(({ pid }) => plain.get(pid) === undefined).map(({ pid }) => pid);
  const examinations = await examineAll(host, roots, rules, unclear);
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

function standing(sighting: Sighting): Standing {
  if (sighting.kind !== "seen") return "other";
  if (sighting.verdict.kind === "mlx") return sighting.verdict.identity;
  return sighting.verdict.kind === "child" ? "child" : "other";
}
