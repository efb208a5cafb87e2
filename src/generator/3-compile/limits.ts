import { amountInUnits } from "../../model/in-units.ts";
import type { LimitName, LimitPlan, LimitSetting } from "../../model/limit-plan.ts";
import type { Policy, Rollout } from "../../model/policy.ts";
import type { Profile } from "../../model/profile.ts";
import { largestOf, rounded, usageMargin } from "./baselines.ts";
import type { Largest, RecordedFigure } from "./baselines.ts";
import { aboutLimits, spokenFigure } from "./limit-words.ts";
import { warningOf } from "./limits-needed.ts";

/**
 * The limits of a workload from its profile and the policy, each with how it came about. Under each the recorded peak of
 * one process raises no alert: above it there is room for its margin, and then for what MlxHeadroomLow wants left.
 */
export function compileLimits(profile: Profile, slug: string, policy: Policy): LimitPlan {
  const rollout = policy.workloads[profile.workload]?.rollout ?? policy.rollout;
  const decided = [
    ...memoryLimits(profile, policy),
    ...cpuLimits(profile, policy),
    ...countLimit(profile, policy, "threads", "tasks_max"),
    ...countLimit(profile, policy, "open_fds", "files_max"),
    ...mlxLimits(profile, policy),
  ];
  return {
    workload: profile.workload,
    slug,
    about: aboutLimits(profile, policy, rollout),
    settings: decided.map((one) => ({ ...one, inForce: isInForce(one.name, rollout) })),
    restarts: rollout === "hard",
    gpu: largestOf(profile, "gpu_memory", "max") !== undefined,
  };
}

type Decided = Omit<LimitSetting, "inForce">;
type Amount = Omit<Decided, "name">;

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
  const max = named === undefined ? high && withHeadroom(profile, policy, high) : ofPolicy(named);
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

function ofPolicy(value: number): Amount {
  return { value, why: `${amountInUnits("bytes", value)}, as the policy names it` };
}

const step = 64 * 1024 ** 2;

/** Bytes as the next multiple of 64 MiB above them: at the number itself an alert would be about to fire. */
function stepAbove(value: number): number {
  return (Math.floor(value / step) + 1) * step;
}

/** Bytes above which the workload uses more than it was recorded to. */
function withMargin(
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
function withHeadroom(profile: Profile, policy: Policy, high: Amount): Amount | undefined {
  const left = warningOf(profile, policy, "memory") ?? 0;
  if (left >= 1) return undefined;
  const value = stepAbove(high.value / (1 - left));
  const machine = profile.host?.memoryBytes;
  const none =
    machine === undefined || value < machine
      ? ""
      : "; the machine it was recorded on has no more than that, so there it limits nothing";
  return {
    value,
    why: `${high.why}, ÷ (1 − ${left}) for what MlxHeadroomLow wants left, up to the next 64 MiB${none}`,
  };
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

/** Of what MLX's allocator held where that was recorded, else of memory on the GPU, else of all memory. */
function mlxLimits(profile: Profile, policy: Policy): readonly Decided[] {
  const known = (resource: RecordedFigure): readonly Amount[] => {
    const peak = largestOf(profile, resource, "max");
    return peak === undefined ? [] : [withMargin(profile, policy, resource, peak)];
  };
  const [memory] = (["allocator_peak", "gpu_memory", "memory"] as const).flatMap(known);
  const [cache] = known("allocator_cache");
  return [
    ...(memory === undefined ? [] : [{ name: "mlx_memory" as const, ...memory }]),
    ...(cache === undefined ? [] : [{ name: "mlx_cache" as const, ...cache }]),
    ...(memory === undefined ? [] : [{ name: "mlx_wired" as const, ...memory }]),
  ];
}
