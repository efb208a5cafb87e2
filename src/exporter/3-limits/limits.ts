import type { Limit, Resource } from "../../model/limit.ts";
import type { Reason, Unavailable } from "../../model/figure.ts";
import { narrowest, type Candidate } from "./narrowest.ts";
import type { Inputs, SourceRow } from "./source-row.ts";
import { sources } from "./sources.ts";

/**
 * Every limit that applies to one process with the headroom under it, which of them binds, and what is absent and
 * why. Pure. The binding limit of a resource is the hard one with the least absolute headroom.
 */
export function limitsOf(inputs: Inputs): {
  readonly limits: readonly Limit[];
  readonly unavailable: readonly Unavailable[];
} {
  const limits: Limit[] = [];
  const absent = new Map<string, Unavailable>();
  /** Of several GPUs the same may be said twice, and is one process's all the same. */
  const say = (field: string, reason: Reason) =>
    absent.set(`${field} ${reason}`, { field, reason });
  for (const row of sources) {
    const { resource, source } = row;
    const isDarwin = inputs.host.darwin !== undefined;
    if (row.onlyOnDarwin === true && !isDarwin) continue;
    const kind = row.softOnDarwin === true && isDarwin ? "soft" : row.kind;
    const field = (what: string) => `${resource}_${what}/${source}`;
    const machine = row.machine?.(inputs) ?? { value: Infinity };
    for (const [gpu, candidates] of eachGpu(row, inputs)) {
      const verdict = narrowest(candidates, machine);
      if ("reason" in verdict) {
        say(field("limit"), verdict.reason);
        continue;
      }
      const { unmeasured, hidden, ...decision } = verdict;
      const ofGpu = gpu !== undefined && { gpu };
      limits.push({ resource, source, kind, ...ofGpu, ...decision, binding: false });
      if (hidden !== undefined) say(field("limit"), hidden);
      if (unmeasured !== undefined) say(field("headroom"), unmeasured);
      else if (decision.ratio === undefined) say(field("ratio"), "zero_limit");
    }
  }
  const binding = bindingOf(limits);
  return {
    limits: limits.map((limit) => (binding.has(limit) ? { ...limit, binding: true } : limit)),
    unavailable: [...absent.values()],
  };
}

/** Candidates by the GPU they are of: one group for what is of none, and no group where there is no GPU. */
function eachGpu(
  row: SourceRow,
  inputs: Inputs,
): ReadonlyMap<string | undefined, readonly Candidate[]> {
  const candidates = row.candidates(inputs);
  if (row.resource !== "gpu_memory") return new Map([[undefined, candidates]]);
  const groups = new Map<string | undefined, Candidate[]>();
  for (const candidate of candidates)
    groups.set(candidate.gpu, [...(groups.get(candidate.gpu) ?? []), candidate]);
  return groups;
}

function bindingOf(limits: readonly Limit[]): ReadonlySet<Limit> {
  const least = new Map<Resource, Limit>();
  for (const limit of limits) {
    if (limit.kind !== "hard" || limit.headroom === undefined) continue;
    const soFar = least.get(limit.resource)?.headroom;
    if (soFar === undefined || limit.headroom < soFar) least.set(limit.resource, limit);
  }
  return new Set(least.values());
}
