import type { Policy } from "../../model/policy.ts";
import type { Profile } from "../../model/profile.ts";
import { largestOf } from "./baselines.ts";
import { ofPolicy, withHeadroom, withMargin, type Decided } from "./limit-amounts.ts";
import { oneLine } from "./limit-words.ts";
import { onNvidia } from "./recorded-on.ts";

/** A card for each process, and how much of its memory: of NVIDIA's alone, which have means to hold a process to it. */
export function gpuLimits(profile: Profile, policy: Policy): readonly Decided[] {
  const peak = largestOf(profile, "gpu_memory", "max");
  if (peak === undefined || !onNvidia(profile)) return [];
  const named = policy.workloads[profile.workload]?.limits.gpu_memory;
  const max =
    named === undefined
      ? withHeadroom(profile, policy, "gpu_memory", withMargin(profile, policy, "gpu_memory", peak))
      : ofPolicy(named);
  const cards = profile.host?.gpus ?? [];
  const on =
    cards.length === 0 ? "" : `; it was recorded on a host with ${oneLine(cards.join(", "))}`;
  return [
    {
      name: "gpu_count",
      value: 1,
      why: `one for each process, for a process of MLX computes on one${on}`,
    },
    ...(max === undefined ? [] : [{ name: "gpu_memory_max" as const, ...max }]),
  ];
}
