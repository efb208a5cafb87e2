import type { LimitName } from "../model/limit-plan.ts";

/** How a platform spells a limit, and what it does when the limit is reached. */
export interface LimitKey {
  readonly limit: LimitName;
  /** The key, with dots where it lies within others. */
  readonly key: string;
  /** `no`: written as a comment whatever the rollout, for nothing would happen. */
  readonly enforced: "yes" | "asked" | "no";
  /** What happens at the limit, or why there is none. */
  readonly says: string;
}
