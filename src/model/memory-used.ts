import type { Figure } from "./reading.ts";

/** Memory that counts against the machine: on Linux resident plus swapped, when both are known. Bytes. */
export function memoryUsed(usage: {
  readonly residentBytes: Figure;
  readonly swapBytes: Figure;
}): Figure {
  if (!("value" in usage.residentBytes)) return usage.residentBytes;
  if (!("value" in usage.swapBytes)) return usage.swapBytes;
  return { value: usage.residentBytes.value + usage.swapBytes.value };
}
