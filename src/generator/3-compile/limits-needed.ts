import type { Resource } from "../../model/limit.ts";
import { limitedResources, type LimitedResource, type Policy } from "../../model/policy.ts";
import type { Profile } from "../../model/profile.ts";
import { identityOf } from "./baseline-recorded.ts";
import { compileBaselines } from "./baselines.ts";
import { constants } from "../../catalog/alerts.ts";

/** A limit under which the recorded peak itself would raise an alert. */
export interface LimitNeeded {
  /** The workload, and its class of hosts if its profile has one. */
  readonly of: string;
  readonly resource: LimitedResource;
  readonly peak: number;
  /** The limit in force, and how it is known. */
  readonly limit: number;
  readonly known: "policy" | "recording";
  /** The share of the limit that must be left, or a warning fires. */
  readonly threshold: number;
  /** The least limit under which the recorded peak is silent. */
  readonly needed: number;
}

/**
 * Silence at the recorded peak is what compile promises. Where the limit in force, which the policy names or under which
 * a peak was cut off, leaves that peak above a threshold, this is the limit that would be needed: all in bytes.
 */
export function limitsNeeded(profiles: readonly Profile[], policy: Policy): readonly LimitNeeded[] {
  return profiles.flatMap((profile) =>
    limitedResources.flatMap((resource) => neededOf(profile, policy, resource) ?? []),
  );
}

function neededOf(
  profile: Profile,
  policy: Policy,
  resource: LimitedResource,
): LimitNeeded | undefined {
  const recorded = Object.values(profile.figures.scenarios).flatMap(
    ({ resources }) => resources[resource] ?? [],
  );
  const peak = Math.max(0, ...recorded.map(({ max }) => max));
  const named = policy.workloads[profile.workload]?.limits[resource];
  const cutOff = recorded.flatMap(({ censored }) => censored?.limit ?? []);
  const limit = named ?? (cutOff.length === 0 ? undefined : Math.max(...cutOff));
  const threshold = warningOf(profile, policy, resource);
  if (limit === undefined || threshold === undefined || peak === 0) return undefined;
  const needed = Math.ceil(peak / (1 - threshold));
  if (needed <= limit) return undefined;
  const known = named === undefined ? "recording" : "policy";
  const of = Object.values(identityOf(profile)).join(" on ");
  return { of, resource, peak, limit, known, threshold, needed };
}

/** The share that must be left, or a warning fires, as it is compiled: the workload's own, or the default. */
export function warningOf(
  profile: Profile,
  policy: Policy,
  resource: Resource,
): number | undefined {
  const own = compileBaselines(profile, "", policy).constants.find(
    ({ record, labels }) =>
      record === constants.headroomThreshold &&
      labels["resource"] === resource &&
      labels["severity"] === "warning",
  );
  return own?.value ?? policy.thresholds[resource]?.warning;
}
