import type { Limit, Resource } from "../../model/limit.ts";
import type { Unavailable } from "../../model/reading.ts";
import { narrowest } from "./narrowest.ts";
import { sources, type Inputs } from "./sources.ts";

/**
 * Every limit that applies to one process with the headroom under it, which of them binds, and what is absent and
 * why. Pure. The binding limit of a resource is the hard one with the least absolute headroom.
 */
export function limitsOf(inputs: Inputs): {
  readonly limits: readonly Limit[];
  readonly unavailable: readonly Unavailable[];
} {
  const limits: Limit[] = [];
  const unavailable: Unavailable[] = [];
  for (const row of sources) {
    const { resource, source, kind } = row;
    const field = (what: string) => `${resource}_${what}/${source}`;
    const verdict = narrowest(row.candidates(inputs), row.machine?.(inputs) ?? { value: Infinity });
    if ("reason" in verdict) {
      unavailable.push({ field: field("limit"), reason: verdict.reason });
      continue;
    }
    const { unmeasured, ...decision } = verdict;
    limits.push({ resource, source, kind, ...decision, binding: false });
    if (unmeasured !== undefined)
      unavailable.push({ field: field("headroom"), reason: unmeasured });
    else if (decision.ratio === undefined)
      unavailable.push({ field: field("ratio"), reason: "zero_limit" });
  }
  const binding = bindingOf(limits);
  return {
    limits: limits.map((limit) => (binding.has(limit) ? { ...limit, binding: true } : limit)),
    unavailable,
  };
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
