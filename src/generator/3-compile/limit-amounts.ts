import { amountInUnits } from "../../model/in-units.ts";
import type { LimitSetting } from "../../model/limit-plan.ts";
import type { LimitedResource, Policy } from "../../model/policy.ts";
import type { Profile } from "../../model/profile.ts";
import { usageMargin, type Largest, type RecordedFigure } from "./baselines.ts";
import { spokenFigure } from "./limit-words.ts";
import { warningOf } from "./limits-needed.ts";

/** A limit before the rollout has said whether it is in force. */
export type Decided = Omit<LimitSetting, "inForce">;
/** Bytes, and how they came about. */
export type Amount = Omit<Decided, "name">;

/** A limit that a person named, in bytes. */
export function ofPolicy(value: number): Amount {
  return { value, why: `${amountInUnits("bytes", value)}, as the policy names it` };
}

const step = 64 * 1024 ** 2;

/** Bytes as the next multiple of 64 MiB above them: at the number itself an alert would be about to fire. */
function stepAbove(value: number): number {
  return (Math.floor(value / step) + 1) * step;
}

/** Bytes above which the workload uses more than it was recorded to. */
export function withMargin(
  profile: Profile,
  policy: Policy,
  resource: RecordedFigure,
  peak: Largest,
): Amount {
  const { margin, whose } = usageMargin(profile, policy, resource);
  const figure = spokenFigure(profile, resource, peak);
  return {
    value: stepAbove(peak.value * margin),
    why: `${figure} × margin ${margin} of ${whose}, up to the next 64 MiB`,
  };
}

/** The same and what is to be left besides; undefined where all of it would have to be left. */
export function withHeadroom(
  profile: Profile,
  policy: Policy,
  resource: LimitedResource,
  high: Amount,
): Amount | undefined {
  const left = warningOf(profile, policy, resource) ?? 0;
  if (left >= 1) return undefined;
  const value = stepAbove(high.value / (1 - left));
  const machine = resource === "memory" ? profile.host?.memoryBytes : undefined;
  const none =
    machine === undefined || value < machine
      ? ""
      : "; the machine it was recorded on has no more than that, so there it limits nothing";
  return {
    value,
    why: `${high.why}, ÷ (1 − ${left}) for what MlxHeadroomLow wants left, up to the next 64 MiB${none}`,
  };
}
