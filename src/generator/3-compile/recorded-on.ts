import type { Profile } from "../../model/profile.ts";
import { largestOf } from "./baselines.ts";

/** The platform that a profile's figures are of; undefined where it does not say. */
export function recordedOn({ host }: Profile): "macos" | "linux" | undefined {
  if (host?.os !== undefined) return /^(?:mac ?os|darwin)/i.test(host.os) ? "macos" : "linux";
  const gpus = host?.gpus?.join() ?? "";
  if (/\bnvidia\b/i.test(gpus)) return "linux";
  return /\bapple\b/i.test(gpus) ? "macos" : undefined;
}

/** Whether GPU memory was recorded of an NVIDIA card: on Linux there is no other that is read. */
export function onNvidia(profile: Profile): boolean {
  return recordedOn(profile) === "linux" && largestOf(profile, "gpu_memory", "max") !== undefined;
}
