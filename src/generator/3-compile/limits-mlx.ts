import type { Policy } from "../../model/policy.ts";
import type { Profile } from "../../model/profile.ts";
import { largestOf, type RecordedFigure } from "./baselines.ts";
import { withMargin, type Amount, type Decided } from "./limit-amounts.ts";
import { recordedOn } from "./recorded-on.ts";

/** What MLX is told to hold itself to. Wired memory is Metal's alone. */
export function mlxLimits(profile: Profile, policy: Policy): readonly Decided[] {
  const memory = mlxMemory(profile, policy);
  const cache = known(profile, policy, "allocator_cache");
  const metal = recordedOn(profile) !== "linux";
  return [
    ...(memory === undefined ? [] : [{ name: "mlx_memory" as const, ...memory }]),
    ...(cache === undefined ? [] : [{ name: "mlx_cache" as const, ...cache }]),
    ...(memory === undefined || !metal ? [] : [{ name: "mlx_wired" as const, ...memory }]),
  ];
}

/** Of what MLX's allocator held where that was recorded, else of memory on the GPU, else of all memory. */
export function mlxMemory(profile: Profile, policy: Policy): Amount | undefined {
  return (
    known(profile, policy, "allocator_peak") ??
    known(profile, policy, "gpu_memory") ??
    known(profile, policy, "memory")
  );
}

function known(profile: Profile, policy: Policy, resource: RecordedFigure): Amount | undefined {
  const peak = largestOf(profile, resource, "max");
  return peak && withMargin(profile, policy, resource, peak);
}
