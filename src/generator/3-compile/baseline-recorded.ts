import { constants } from "../../catalog/alerts.ts";
import type { Constant } from "../../model/plan.ts";
import type { Profile } from "../../model/profile.ts";

/** When the newest recording was made, and of what: how old a baseline is, and whether it is of what runs now. */
export function recordedConstant(profile: Profile): Constant {
  const { grade, recorded } = profile;
  return {
    record: constants.baselineRecorded,
    labels: { ...identityOf(profile), grade, ...recordedWith(profile) },
    value: Date.parse(`${recorded}T00:00:00Z`) / 1000,
    why: `recorded ${recorded}`,
  };
}

/** The labels that every constant of a profile has: its workload, and its class of hosts where it is of one. */
export function identityOf({ workload, labels = {} }: Pick<Profile, "workload" | "labels">): {
  readonly workload: string;
} & Readonly<Record<string, string>> {
  return { workload, ...Object.fromEntries(Object.entries(labels).sort()) };
}

/** The model and the MLX that were recorded; empty where the profile does not say. */
export function recordedWith(profile: ProfileFacts): {
  readonly model: string;
  readonly mlx_version: string;
} {
  return { model: profile.model?.name ?? "", mlx_version: profile.versions?.mlx ?? "" };
}

/** What a profile may say besides its figures. */
interface ProfileFacts extends Pick<Profile, "workload"> {
  readonly model?: { readonly name: string } | undefined;
  readonly versions?: { readonly mlx?: string | undefined } | undefined;
}
