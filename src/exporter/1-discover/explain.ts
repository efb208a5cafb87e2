import type { Host, Roots } from "../../model/host.ts";
import type { ProcStat } from "../../model/proc-stat.ts";
import type { Role } from "../../model/process.ts";
import type { WorkloadRule } from "../../model/workload-rule.ts";
import { classify } from "./classify.ts";
import { membershipOf, type Standing } from "./families.ts";
import { readEnvironmentNames, readOwner, readVariables } from "./linux-identity.ts";
import { isAlive, listProcesses, readCommandLine } from "./linux-processes.ts";
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
export function explain(
  host: Host,
  roots: Roots,
  rules: readonly WorkloadRule[],
  pid?: number,
): readonly Explanation[] {
  const { byPid } = listProcesses(host, roots.procfs);
  const own = ownLineage(host, roots, byPid);
  const sightings = new Map<number, Sighting>();
  const sightingOf = (stat: ProcStat): Sighting => {
    const sighting = sightings.get(stat.pid) ?? sight(host, roots, rules, own, stat);
    sightings.set(stat.pid, sighting);
    return sighting;
  };
  const standingOf = (other: number): Standing => {
    const stat = byPid.get(other);
    return stat === undefined ? "other" : standing(sightingOf(stat));
  };

  return [...byPid.values()]
    .filter((stat) => pid === undefined || stat.pid === pid)
    .sort((a, b) => a.pid - b.pid)
    .flatMap((stat): readonly Explanation[] => {
      const sighting = sightingOf(stat);
      const member = membershipOf(stat, byPid, standingOf);
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

function sight(
  host: Host,
  roots: Roots,
  rules: readonly WorkloadRule[],
  own: OwnLineage,
  stat: ProcStat,
): Sighting {
  if (stat.pid === own.self) return { kind: "self" };
  if (own.ancestors.has(stat.pid)) return { kind: "ancestor" };
  if (!isAlive(stat)) return { kind: "lifeless" };
  if (stat.state === "D") return { kind: "asleep" };
  const commandLine = readCommandLine(host, roots.procfs, stat.pid);
  if (commandLine.kind !== "read") return { kind: "unreadable" };
  const { argv } = commandLine;
  if (argv.length === 0) return { kind: "lifeless" };
  const verdict = classify(argv, {
    platform: host.platform,
    rules,
    owner: () => readOwner(host, roots, stat.pid),
    environmentNames: () => readEnvironmentNames(host, roots.procfs, stat.pid),
    variables: (names) => readVariables(host, roots.procfs, stat.pid, names),
  });
  return { kind: "seen", argv, verdict };
}

function standing(sighting: Sighting): Standing {
  if (sighting.kind !== "seen") return "other";
  if (sighting.verdict.kind === "mlx") return sighting.verdict.identity;
  return sighting.verdict.kind === "child" ? "child" : "other";
}
