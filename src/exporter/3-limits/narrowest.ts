import type { Limit } from "../../model/limit.ts";
import type { Figure, Reason } from "../../model/figure.ts";

/** One place where a limit of a source may stand, with what is compared with it there. */
export interface Candidate {
  readonly scope: string;
  /** Of GPU memory: whose. Each is decided by itself. */
  readonly gpu?: string;
  readonly limit: Figure;
  readonly usage: Figure;
}

/**
 * The level of a source that decides. `unmeasured` says why there is no usage to compare with, `hidden` why another
 * level, which could not be seen, may leave less.
 */
export type Decision = Pick<Limit, "scope" | "limit" | "usage" | "headroom" | "ratio"> & {
  readonly unmeasured?: Reason;
  readonly hidden?: Reason;
};

/** What a source says of one process: the level that decides, or why there is no limit. */
export type Verdict = Decision | { readonly reason: Reason };

/**
 * Chooses the level with the least headroom, the innermost on a tie: limit, usage, headroom and scope all come from
 * that one level. It is not the smallest limit: a wide limit shared with a hungry sibling leaves less.
 * Levels are given innermost first. A limit at or above `machine` is none: the machine ends before it does.
 */
export function narrowest(candidates: readonly Candidate[], machine: Figure): Verdict {
  let chosen: Decision | undefined;
  let reason: Reason = "unlimited";
  const ceiling = "value" in machine ? machine.value : Infinity;

  for (const { scope, limit, usage } of candidates) {
    if (!("value" in limit)) {
      if (limit.missing !== "unlimited") reason = limit.missing;
    } else if (limit.value < ceiling) {
      const verdict = withHeadroom(scope, limit.value, usage);
      if (chosen === undefined || isNarrower(verdict, chosen)) chosen = verdict;
    }
  }
  if (chosen === undefined) return { reason };
  return reason === "unlimited" ? chosen : { ...chosen, hidden: reason };
}

function withHeadroom(scope: string, limit: number, usage: Figure): Decision {
  if (!("value" in usage)) return { scope, limit, unmeasured: usage.missing };
  const headroom = limit - usage.value;
  return {
    scope,
    limit,
    usage: usage.value,
    headroom,
    ...(limit !== 0 && { ratio: headroom / limit }),
  };
}

/** Less headroom is narrower; a level whose usage is unknown never hides one whose headroom is known. */
function isNarrower(verdict: Decision, chosen: Decision): boolean {
  if (verdict.headroom === undefined)
    return chosen.headroom === undefined && verdict.limit < chosen.limit;
  return chosen.headroom === undefined || verdict.headroom < chosen.headroom;
}
