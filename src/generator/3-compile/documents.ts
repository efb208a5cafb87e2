import type { BaselineDocument, Review } from "../../model/baseline-document.ts";
import type { Policy } from "../../model/policy.ts";
import type { Profile } from "../../model/profile.ts";
import type { Routing } from "../../model/routing.ts";
import { compileBaselines } from "./baselines.ts";
import { watchedThresholds, watching } from "./document-alerts.ts";
import { commandsFor } from "./document-commands.ts";
import { gapsOf } from "./document-gaps.ts";
import { raisingOf } from "./document-raising.ts";
import { compileLimits } from "./limits.ts";
import type { DecidedAlert } from "./tests.ts";
import { reviewThreshold } from "./thresholds-told.ts";

/** What a document is made of besides its profile. */
interface Decided {
  readonly policy: Policy;
  readonly compiled: readonly DecidedAlert[];
  readonly routing: Routing;
}

/** What is written down about one workload: its baseline, its limits, and what watches them. */
export function compileDocument(
  profile: Profile,
  slug: string,
  { policy, compiled, routing }: Decided,
): BaselineDocument {
  const { workload } = profile;
  const { constants } = compileBaselines(profile, slug, policy);
  const owner = policy.workloads[workload]?.owner ?? policy.owner;
  const { alerts, off } = watching(profile, policy, compiled, routing);
  return {
    slug,
    profile,
    ...(owner !== undefined && { owner }),
    constants,
    limits: compileLimits(profile, slug, policy),
    thresholds: watchedThresholds(policy, workload, constants, compiled, off),
    alerts,
    off,
    review: reviewOf(profile, policy, off),
    raise: raisingOf(profile),
    gaps: gapsOf(profile, policy),
    commands: commandsFor(profile),
  };
}

/** From the date of the newest recording, whatever today is. */
function reviewOf({ workload, recorded }: Profile, policy: Policy, off: readonly string[]): Review {
  const after = reviewThreshold(policy, workload);
  const due = new Date(Date.parse(`${recorded}T00:00:00Z`) + after.value * 1000);
  return { due: due.toISOString().slice(0, 10), after, alerted: !off.includes("MlxBaselineStale") };
}
