import type { DarwinCommand } from "./darwin-command.ts";
import { parseCount } from "./figures.ts";
import { numberIn, parseRegistry } from "./darwin-ioreg.ts";

/** The GPU itself. */
export const acceleratorCommand: DarwinCommand = {
  path: "/usr/sbin/ioreg",
  args: ["-r", "-d", "1", "-w", "0", "-c", "IOAccelerator"],
};

/** The GPU of a Mac. Statistics are absent where its driver keeps none, as in virtual machines. */
export interface Accelerator {
  /** As the registry calls it, such as `AGXAcceleratorG16G`. */
  readonly name: string;
  /** As people call it, such as `Apple M4`; the name again where it has no model. */
  readonly model: string;
  readonly cores?: number;
  /** 0 to 1. */
  readonly utilizationRatio?: number;
  /** System memory that the GPU has mapped now; little while a loaded model is idle. */
  readonly inUseBytes?: number;
  /**
   * System memory that was allocated for it. It counts mappings, and so more than the machine has: 195 GB of 128 were
   * recorded. No share of memory can be made of it.
   */
  readonly allocatedBytes?: number;
}

/** Parses what ioreg printed; undefined in `found` for a machine without a GPU. */
export function parseAccelerator(stdout: Buffer): { readonly found: Accelerator | undefined } {
  const [object] = parseRegistry(stdout.toString("utf8"));
  if (object === undefined) return { found: undefined };
  const { name, property } = object;
  const statistics = property("PerformanceStatistics");
  const cores = parseCount(property("gpu-core-count"));
  const percent = numberIn(statistics, "Device Utilization %");
  const inUseBytes = numberIn(statistics, "In use system memory");
  const allocatedBytes = numberIn(statistics, "Alloc system memory");
  return {
    found: {
      name,
      model: /^"(.+)"$/.exec(property("model") ?? "")?.[1] ?? name,
      ...(cores !== undefined && { cores }),
      ...(percent !== undefined && { utilizationRatio: Math.min(percent, 100) / 100 }),
      ...(inUseBytes !== undefined && { inUseBytes }),
      ...(allocatedBytes !== undefined && { allocatedBytes }),
    },
  };
}
