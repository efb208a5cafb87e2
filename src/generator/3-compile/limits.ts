import type { LimitName, LimitPlan } from "../../model/limit-plan.ts";
import type { Policy, Rollout } from "../../model/policy.ts";
import type { Profile } from "../../model/profile.ts";
import { largestOf, rounded, usageMargin } from "./baselines.ts";
import { ofPolicy, withHeadroom, withMargin, type Decided } from "./limit-amounts.ts";
import { aboutLimits, oneLine, spokenFigure } from "./limit-words.ts";
import { gpuLimits } from "./limits-gpu.ts";
import { mlxLimits } from "./limits-mlx.ts";
import { warningOf } from "./limits-needed.ts";
import { onNvidia } from "./recorded-on.ts";
import { flagAdvice } from "./server-flags.ts";
import { wiredAdvice } from "./wired.ts";

/**
 * The limits of a workload from its profile and the policy, each with how it came about. Under each the recorded peak of
 * one process raises no alert: above it there is room for its margin, and then for what MlxHeadroomLow wants left.
 * `all` are those whose workloads may share its machine.
 */
export function compileLimits(
  profile: Profile,
  slug: string,
  policy: Policy,
  all: readonly Profile[] = [profile],
): LimitPlan {
  const rollout = policy.workloads[profile.workload]?.rollout ?? policy.rollout;
  const decided = [
    ...memoryLimits(profile, policy),
    ...cpuLimits(profile, policy),
    ...countLimit(profile, policy, "threads", "tasks_max"),
    ...countLimit(profile, policy, "open_fds", "files_max"),
    ...gpuLimits(profile, policy),
    ...mlxLimits(profile, policy),
  ];
  return {
    workload: profile.workload,
    slug,
    about: aboutLimits(profile, policy, rollout),
    settings: decided.map((one) => ({ ...one, inForce: isInForce(one.name, rollout) })),
    restarts: rollout === "hard",
    nvidia: onNvidia(profile),
    ...(profile.runtime !== undefined && { runtime: oneLine(profile.runtime) }),
    flags: flagAdvice(profile, policy),
    wired: wiredAdvice(profile, policy, all),
  };
}

/** What slows down or asks, and refuses nothing. All else comes with `hard`: a CPU quota, too, which only makes slow. */
const soft: readonly LimitName[] = ["memory_high", "cpu_request", "mlx_memory", "mlx_cache"];

function isInForce(name: LimitName, rollout: Rollout): boolean {
  return rollout === "hard" || (rollout === "soft" && soft.includes(name));
}

/** The hard limit is the policy's where it names one. No swap, which would only hide that memory is short. */
function memoryLimits(profile: Profile, policy: Policy): readonly Decided[] {
  const peak = largestOf(profile, "memory", "max");
  const named = policy.workloads[profile.workload]?.limits.memory;
  const high = peak && withMargin(profile, policy, "memory", peak);
  const max =
    named === undefined ? high && withHeadroom(profile, policy, "memory", high) : ofPolicy(named);
  // At or above the hard limit it would slow nothing down.
  const slows = high !== undefined && (max === undefined || high.value < max.value);
  return [
    ...(slows ? [{ name: "memory_high" as const, ...high }] : []),
    ...(max === undefined
      ? []
      : [
          { name: "memory_max" as const, ...max },
          { name: "swap_max" as const, value: 0, why: "never any" },
        ]),
  ];
}

/** CPU is compressible: asked for is what it takes most of the time, the limit is what it never took. Tenths of a core. */
function cpuLimits(profile: Profile, policy: Policy): readonly Decided[] {
  const { margin, whose } = usageMargin(profile, policy, "cpu");
  return (["p95", "max"] as const).flatMap((statistic) => {
    const largest = largestOf(profile, "cpu", statistic);
    if (largest === undefined) return [];
    const figure = spokenFigure(profile, "cpu", largest);
    return [
      {
        name: statistic === "p95" ? ("cpu_request" as const) : ("cpu_max" as const),
        value: Math.max(1, Math.ceil(rounded(largest.value * margin * 10))) / 10,
        why: `${figure} × margin ${margin} of ${whose}, up to the next tenth`,
      },
    ];
  });
}

/** What is refused beyond these is an error at once, and they cost little: none is below what is usual anyway. */
const leastCounts = { tasks_max: 128, files_max: 1024 } as const;

function countLimit(
  profile: Profile,
  policy: Policy,
  resource: "threads" | "open_fds",
  name: keyof typeof leastCounts,
): readonly Decided[] {
  const peak = largestOf(profile, resource, "max");
  if (peak === undefined) return [];
  const { margin, whose } = usageMargin(profile, policy, resource);
  const left = warningOf(profile, policy, resource) ?? 0;
  const least = leastCounts[name];
  const wanted = rounded((peak.value * margin) / (1 - left));
  const figure = spokenFigure(profile, resource, peak);
  return [
    {
      name,
      value: 2 ** Math.ceil(Math.log2(Math.max(least, wanted))),
      why: `${figure} × margin ${margin} of ${whose}, ÷ (1 − ${left}) for what MlxHeadroomLow wants left, up to a power of two, ${least} at least`,
    },
  ];
}
