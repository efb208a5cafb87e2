import type { Figure } from "./figure.ts";
import type { GpuReading } from "./reading.ts";

/** Bytes of a process on all GPUs together. */
export function gpuMemory(reading: GpuReading): Figure {
  if (reading.missing !== undefined) return { missing: reading.missing };
  let total = 0;
  for (const { memoryBytes } of reading.uses) {
    if (!("value" in memoryBytes)) return memoryBytes;
    total += memoryBytes.value;
  }
  return { value: total };
}
