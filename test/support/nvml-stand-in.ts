import { compileStandIn, type StandIn } from "./compile-stand-in.ts";

/** A library that stands in for NVIDIA's. */
export type NvmlStandIn = StandIn;

/** What a library may lack. */
export type Lacking = "WITHOUT_V3" | "WITHOUT_V2" | "WITHOUT_MEMORY_V2";

export function compileNvmlStandIn(folder: string, ...lacking: readonly Lacking[]): NvmlStandIn {
  return compileStandIn("nvml", folder, lacking);
}
