import type { Figure } from "./figure.ts";

/** Memory that counts against the machine: the footprint on macOS, on Linux resident plus swapped, when both are known. Bytes. */
export function memoryUsed(usage: {
  readonly residentBytes: Figure;
  readonly swapBytes: Figure;
  readonly darwin?: { readonly footprintBytes: Figure };
}): Figure {
  if (usage.darwin !== undefined) return usage.darwin.footprintBytes;
  if (!("value" in usage.residentBytes)) return usage.residentBytes;
  if (!("value" in usage.swapBytes)) return usage.swapBytes;
  return { value: usage.residentBytes.value + usage.swapBytes.value };
}

/** The most that it ever was, as far as the kernel kept it: resident memory on Linux, the footprint on macOS. Bytes. */
export function memoryUsedPeak(usage: {
  readonly residentPeakBytes: Figure;
  readonly darwin?: { readonly footprintPeakBytes: Figure };
}): Figure {
  return usage.darwin?.footprintPeakBytes ?? usage.residentPeakBytes;
}
