import type { NativeProcess } from "../../src/model/darwin.ts";
import type { Figure } from "../../src/model/figure.ts";

/** What native calls say of a process: one figure for all, but for those that a test names. */
export function nativeProcess(
  pid: number,
  all: Figure,
  some: Partial<NativeProcess> = {},
): NativeProcess {
  return {
    pid,
    startTime: all,
    cpuUserSeconds: all,
    cpuSystemSeconds: all,
    residentBytes: all,
    footprintBytes: all,
    footprintPeakBytes: all,
    compressedBytes: all,
    graphicsBytes: all,
    wiredBytes: all,
    pageIns: all,
    diskReadBytes: all,
    diskWrittenBytes: all,
    threads: all,
    openFds: all,
    ...some,
  };
}
