import type { NativeAnswer, NativeProcess, PsRow } from "../../model/darwin.ts";
import { known, missing, type Figure, type Reason } from "../../model/figure.ts";
import type { ProcessUsage } from "../../model/reading.ts";
import { firstKnown } from "./darwin-figures.ts";
import type { Footprint } from "./darwin-footprint.ts";
import type { FootprintRead } from "./darwin-footprint-loop.ts";
import { figure } from "./figures.ts";

/** Who tells of one process, or why nobody does. */
export interface DarwinSources {
  readonly row: PsRow | { readonly missing: Reason };
  readonly native: NativeProcess | { readonly missing: Reason };
  readonly footprint: FootprintRead;
}

const unsupported = missing("unsupported");

/**
 * Makes one process's usage of what is told: native calls first, for they are exact and of this moment, then ps and
 * what footprint said a while ago. Virtual memory is left out: each process of an arm64 Mac has some 384 GiB of it set
 * aside for the GPU.
 */
export function darwinUsage({ row, native, footprint }: DarwinSources): ProcessUsage {
  const of = (field: Exclude<keyof NativeProcess, "pid">): Figure =>
    "missing" in native ? native : native[field];
  const ofRow = (field: "residentBytes" | "cpuUserSeconds" | "cpuSystemSeconds"): Figure =>
    "missing" in row ? row : known(row[field]);
  const told = (field: keyof Footprint): Figure =>
    "missing" in footprint ? footprint : figure(footprint.footprint[field]);
  const isOlder = !("value" in of("footprintBytes")) && "footprint" in footprint;
  return {
    cpuUserSeconds: firstKnown(of("cpuUserSeconds"), ofRow("cpuUserSeconds")),
    cpuSystemSeconds: firstKnown(of("cpuSystemSeconds"), ofRow("cpuSystemSeconds")),
    residentBytes: firstKnown(of("residentBytes"), ofRow("residentBytes")),
    residentPeakBytes: unsupported,
    anonymousBytes: unsupported,
    swapBytes: unsupported,
    virtualBytes: unsupported,
    dataBytes: unsupported,
    lockedBytes: unsupported,
    threads: of("threads"),
    openFds: of("openFds"),
    diskReadBytes: of("diskReadBytes"),
    diskWrittenBytes: of("diskWrittenBytes"),
    majorPageFaults: of("pageIns"),
    allowedCpus: unsupported,
    darwin: {
      footprintBytes: firstKnown(of("footprintBytes"), told("footprintBytes")),
      footprintPeakBytes: firstKnown(of("footprintPeakBytes"), told("peakBytes")),
      ...(isOlder && { footprintTime: footprint.unixSeconds }),
      compressedBytes: firstKnown(of("compressedBytes"), told("compressedBytes")),
    },
  };
}

/** GPU memory in the name of the process, compressed and swapped out or not. */
export function graphicsBytes({ native, footprint }: Omit<DarwinSources, "row">): Figure {
  return firstKnown(
    "missing" in native ? native : native.graphicsBytes,
    "missing" in footprint ? footprint : figure(footprint.footprint.graphicsBytes),
  );
}

/**
 * What native calls said of each process, by pid and start: a pid may be another's by the time of the call. ps tells the
 * second only.
 */
export function nativeFinder(
  answer: NativeAnswer<readonly NativeProcess[]>,
): (process: {
  readonly pid: number;
  readonly startTicks: number;
}) => NativeProcess | { readonly missing: Reason } {
  if (answer.kind !== "answered") {
    const reason = whyNot(answer);
    return () => missing(reason);
  }
  const byPid = new Map(answer.value.map((native) => [native.pid, native]));
  return ({ pid, startTicks }) => {
    const native = byPid.get(pid);
    if (native === undefined) return missing("not_measured");
    const start = native.startTime;
    const another = "value" in start && Math.floor(start.value) !== startTicks;
    return another ? missing("not_measured") : native;
  };
}

function whyNot(answer: Exclude<NativeAnswer<unknown>, { kind: "answered" }>): Reason {
  switch (answer.kind) {
    case "off":
      // Without a library to call with nobody counts; answers that look wrong are a failure.
      return answer.why === "self_check" ? "error" : "not_measured";
    case "failed":
      return answer.reason;
    case "blocked":
      return "error";
  }
}
