import { serverFlags, type ServerFlag } from "../../catalog/server-flags.ts";
import { amountInUnits } from "../../model/in-units.ts";
import type { FlagAdvice } from "../../model/limit-plan.ts";
import type { Policy } from "../../model/policy.ts";
import type { Profile } from "../../model/profile.ts";
import { largestOf } from "./baselines.ts";
import type { Amount } from "./limit-amounts.ts";
import { spokenFigure } from "./limit-words.ts";
import { mlxMemory } from "./limits-mlx.ts";

/**
 * What the flags of the recorded server would be set to. A number is given only where the profile justifies it; else
 * what to look at instead. None for a server that is not known, or has no such flags.
 */
export function flagAdvice(profile: Profile, policy: Policy): readonly FlagAdvice[] {
  const rows = Object.entries(serverFlags).find(([name]) => name === profile.runtime)?.[1] ?? [];
  return rows.map((row) => advice(row, profile, policy));
}

function advice({ flag, from, says }: ServerFlag, profile: Profile, policy: Policy): FlagAdvice {
  switch (from) {
    case "none":
      return { flag, why: `no number: ${says}` };
    case "share":
    case "process": {
      const held = mlxMemory(profile, policy);
      if (held === undefined) return { flag, why: `no number: no memory was recorded. ${says}` };
      if (from === "process") return { flag, value: held.value, why: `${held.why}. ${says}` };
      const wanted = `${amountInUnits("bytes", held.value)} (${held.why})`;
      return { flag, why: `no number: MLX is to hold ${wanted}, and this is ${says}` };
    }
    case "requests":
    case "requests_mb": {
      const taken = ofRequests(profile);
      const missing = "no number: record idle and peak, whose difference is what requests take.";
      if (taken === undefined) return { flag, why: `${missing} ${says}` };
      const value = from === "requests" ? taken.value : Math.floor(taken.value / 1e6);
      return { flag, value, why: `${taken.why}. ${says}` };
    }
  }
}

/** Where what is loaded and what is used under load are figures of the same thing, most exact first. */
const measures = [
  { loaded: "allocator_active", used: "allocator_peak" },
  { loaded: "gpu_memory", used: "gpu_memory" },
  { loaded: "memory", used: "memory" },
] as const;

/**
 * What requests took at the most while it was recorded, caches among it: the peak under load less what the loaded model
 * takes when nobody asks. A cap that the server had at the time is taken as it was: the figures hold under it.
 */
function ofRequests(profile: Profile): Amount | undefined {
  const cap = profile.components?.cacheCap;
  if (cap !== undefined)
    return {
      value: cap.bytes,
      why: `${amountInUnits("bytes", cap.bytes)}, as it was recorded with`,
    };
  const idle = profile.figures.scenarios["idle"]?.resources;
  for (const { loaded, used } of measures) {
    const peak = largestOf(profile, used, "max");
    const least = idle?.[loaded]?.min;
    if (peak === undefined || least === undefined) continue;
    if (peak.scenario === "idle" || peak.scenario === "import" || peak.value <= least) continue;
    const figure = spokenFigure(profile, used, peak);
    return {
      value: peak.value - least,
      why: `${figure} − min ${amountInUnits("bytes", least)} of idle, what requests took at the most`,
    };
  }
  return undefined;
}
