import assert from "node:assert/strict";
import { createCpuFloors } from "../../../src/exporter/2-collect/darwin-floors.ts";
import { firstKnown } from "../../../src/exporter/2-collect/darwin-figures.ts";
import { lineageOf } from "../../../src/exporter/2-collect/darwin-lineage.ts";
import {
  darwinUsage,
  graphicsBytes,
  nativeFinder,
  type DarwinSources,
} from "../../../src/exporter/2-collect/darwin-process.ts";
import type { NativeProcess, PsRow } from "../../../src/model/darwin.ts";
import { known, missing, type Figure } from "../../../src/model/figure.ts";
import { nativeProcess } from "../../support/native-process.ts";

const row: PsRow = {
  pid: 42,
  parentPid: 1,
  uid: 501,
  residentBytes: 100,
  cpuUserSeconds: 10,
  cpuSystemSeconds: 5,
  startTime: 1000,
  shortName: "Python",
  command: "Python",
  zombie: false,
};

const native = (all: Figure, some: Partial<NativeProcess> = {}) => nativeProcess(42, all, some);
const footprint = {
  footprint: { footprintBytes: 700, peakBytes: 900, graphicsBytes: 600 },
  unixSeconds: 5000,
};
const nothing: DarwinSources = {
  row,
  native: missing("not_measured"),
  footprint: missing("not_measured"),
};

describe("darwin-process", () => {
  it("takes native figures before those of ps and of the footprint loop", () => {
    const usage = darwinUsage({ row, native: native(known(1)), footprint });
    assert.deepEqual(usage.residentBytes, known(1));
    assert.deepEqual(usage.cpuUserSeconds, known(1));
    assert.deepEqual(usage.majorPageFaults, known(1));
    assert.deepEqual(usage.darwin, {
      footprintBytes: known(1),
      footprintPeakBytes: known(1),
      compressedBytes: known(1),
    });
    assert.deepEqual(graphicsBytes({ native: native(known(1)), footprint }), known(1));
  });

  it("takes what ps and the loop say where native calls do not, and says when the loop read it", () => {
    const usage = darwinUsage({ ...nothing, footprint });
    assert.deepEqual(usage.residentBytes, known(100));
    assert.deepEqual([usage.cpuUserSeconds, usage.cpuSystemSeconds], [known(10), known(5)]);
    assert.deepEqual(usage.darwin, {
      footprintBytes: known(700),
      footprintPeakBytes: known(900),
      footprintTime: 5000,
      compressedBytes: missing("not_measured"),
    });
    assert.deepEqual(graphicsBytes({ ...nothing, footprint }), known(600));
  });

  it("takes each field by itself: one that native calls miss comes from elsewhere", () => {
    const half = native(known(1), { graphicsBytes: missing("error") });
    const sources = { row, native: half, footprint };
    assert.deepEqual(graphicsBytes(sources), known(600));
    assert.equal(darwinUsage(sources).darwin?.footprintTime, undefined);
  });

  it("says what nobody may read of another user's process, and still what ps shows", () => {
    const refused = missing("forbidden");
    const usage = darwinUsage({ row, native: native(refused), footprint: refused });
    assert.deepEqual(usage.residentBytes, known(100));
    assert.deepEqual(usage.darwin?.footprintBytes, refused);
    assert.deepEqual([usage.threads, usage.openFds], [refused, refused]);
  });

  it("has no virtual memory, swap or other figure that macOS does not keep, rather than 0", () => {
    const usage = darwinUsage({ row, native: native(known(1)), footprint });
    const { residentPeakBytes, anonymousBytes, swapBytes, virtualBytes, dataBytes } = usage;
    const none = [residentPeakBytes, anonymousBytes, swapBytes, virtualBytes, dataBytes];
    for (const figure of [...none, usage.lockedBytes, usage.allowedCpus])
      assert.deepEqual(figure, missing("unsupported"));
  });

  it("gives the reason that says most", () => {
    const best = (...reasons: Parameters<typeof missing>[0][]) =>
      firstKnown(...reasons.map((reason) => missing(reason)));
    assert.deepEqual(best("not_measured", "forbidden"), missing("forbidden"));
    assert.deepEqual(best("unsupported", "error"), missing("error"));
    assert.deepEqual(best("unsupported", "not_measured"), missing("not_measured"));
    assert.deepEqual(firstKnown(missing("forbidden"), known(0)), known(0));
  });

  it("takes no native figure of an earlier or later process with the same pid", () => {
    const value = [native(known(1), { startTime: known(1000.75) })];
    const find = nativeFinder({ kind: "answered", value });
    assert.equal(find({ pid: 42, startTicks: 1000 }), value[0]);
    assert.deepEqual(find({ pid: 42, startTicks: 1001 }), missing("not_measured"));
    assert.deepEqual(find({ pid: 43, startTicks: 1000 }), missing("not_measured"));
  });

  it("tells a library that is not there from one that fails", () => {
    const process = { pid: 42, startTicks: 1000 };
    const off = (why: "no_koffi" | "self_check") =>
      nativeFinder({ kind: "off", why, detail: "" })(process);
    assert.deepEqual(off("no_koffi"), missing("not_measured"));
    assert.deepEqual(off("self_check"), missing("error"));
    assert.deepEqual(nativeFinder({ kind: "blocked" })(process), missing("error"));
    const failed = { kind: "failed", reason: "forbidden", detail: "" } as const;
    assert.deepEqual(nativeFinder(failed)(process), missing("forbidden"));
  });
});

describe("darwin-floors", () => {
  const usage = (seconds: number) =>
    darwinUsage({ ...nothing, row: { ...row, cpuUserSeconds: seconds } });
  const process = { pid: 42, startTicks: 1000 };

  it("lets no CPU time fall where a coarser source steps in, and begins anew for a reused pid", () => {
    const floors = createCpuFloors();
    const user = (seconds: number, of = process) => floors.raise(of, usage(seconds)).cpuUserSeconds;
    assert.deepEqual(user(10.004), known(10.004));
    assert.deepEqual(user(10), known(10.004));
    assert.deepEqual(user(10.1), known(10.1));
    assert.deepEqual(user(3, { ...process, startTicks: 2000 }), known(3));
  });

  it("forgets processes that are gone", () => {
    const floors = createCpuFloors();
    floors.raise(process, usage(10));
    floors.keep([]);
    assert.deepEqual(floors.raise(process, usage(1)).cpuUserSeconds, known(1));
  });
});

describe("darwin-lineage", () => {
  it("goes up to the first process of the system, and round no circle", () => {
    const parents = new Map([
      [42, 41],
      [41, 1],
      [7, 8],
      [8, 7],
    ]);
    assert.deepEqual(lineageOf(42, parents), [42, 41]);
    assert.deepEqual(lineageOf(7, parents), [7, 8]);
    assert.deepEqual(lineageOf(9, parents), [9]);
  });
});
