import type { LimitPlan } from "./limit-plan.ts";
import type { Profile } from "./profile.ts";
import type { Constant } from "./rule.ts";
import type { Threshold } from "./threshold.ts";

/**
 * What is written down about one workload with a profile: what is normal, which limits, why these numbers, how sure, and when to
 * look again. All of it follows from the profile and the policy, so that the same ones give the same page on any day.
 */
export interface BaselineDocument {
  /** Names the file, as that of its baselines. */
  readonly slug: string;
  readonly profile: Profile;
  readonly owner?: string;
  /** Its figures and thresholds as series. */
  readonly constants: readonly Constant[];
  readonly limits: LimitPlan;
  readonly thresholds: readonly WatchedThreshold[];
  readonly alerts: readonly WatchingAlert[];
  /** Alerts that the policy has switched off for it. */
  readonly off: readonly string[];
  readonly review: Review;
  /** What would make the grade better, a sentence each; none where there is none better. */
  readonly raise: readonly string[];
  /** What is not known, and what follows from that: a sentence each. */
  readonly gaps: readonly string[];
  /** How it is made again: lines of a shell. */
  readonly commands: readonly string[];
}

export interface WatchedThreshold extends Threshold {
  readonly alert: string;
}

/** One rule of an alert, as it fires for this workload. */
export interface WatchingAlert {
  readonly alert: string;
  readonly severity: string;
  readonly forSeconds: number;
  readonly receiver: string;
  /** Whether nobody is notified in quiet hours. */
  readonly quiet: boolean;
  readonly owner: string;
}

/** When to record it again: YYYY-MM-DD, and how old the newest recording is then. */
export interface Review {
  readonly due: string;
  readonly after: Threshold;
  /** Whether an alert says so. */
  readonly alerted: boolean;
}
