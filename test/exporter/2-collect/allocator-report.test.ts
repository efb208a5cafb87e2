import assert from "node:assert/strict";
import fc from "fast-check";
import { parseReport } from "../../../src/exporter/2-collect/allocator-report.ts";
import { known, missing } from "../../../src/model/figure.ts";
import { allocatorReport } from "../../support/allocator-report.ts";
import { arbitraryText, isCount } from "../../support/arbitrary-text.ts";

const process = { ownPid: 4242, startTicks: 240085 };
const verdict = (text: string, now = 1001) => parseReport(text, process, now);
const reading = (text: string, now?: number) => {
  const found = verdict(text, now);
  assert.ok(found.kind === "believed", JSON.stringify(found));
  return found.reading;
};

describe("allocator-report", () => {
  it("reads what the allocator holds, when that was, MLX's limit, version and back end", () => {
    assert.deepEqual(reading(allocatorReport()), {
      activeBytes: known(3_000_000),
      cacheBytes: known(200_000),
      peakBytes: known(4_000_000),
      reportTime: known(1000),
      memoryLimitBytes: known(8_000_000),
      mlxVersion: "0.32.4",
      backend: "cpu",
    });
  });

  it("takes a 0 for 0, and a limit that nobody set for not measured", () => {
    const text = allocatorReport({ active_bytes: 0, memory_limit_bytes: undefined });
    assert.deepEqual(reading(text).activeBytes, known(0));
    assert.deepEqual(reading(text).memoryLimitBytes, missing("not_measured"));
  });

  it("leaves the figures of an old report out after three intervals, and keeps its time and what does not age", () => {
    assert.deepEqual(reading(allocatorReport(), 1015).activeBytes, known(3_000_000));
    const stale = reading(allocatorReport(), 1015.1);
    for (const figure of [stale.activeBytes, stale.cacheBytes, stale.peakBytes])
      assert.deepEqual(figure, missing("not_measured"));
    assert.deepEqual(stale.reportTime, known(1000));
    assert.deepEqual(stale.memoryLimitBytes, known(8_000_000));
    assert.equal(stale.mlxVersion, "0.32.4");
  });

  it("knows the report of an earlier process under the same pid for a left-over", () => {
    assert.deepEqual(verdict(allocatorReport({ start_ticks: 240084 })), { kind: "left-over" });
  });

  it("reads what Metal recommends as the most that all keep resident", () => {
    const text = allocatorReport({ backend: "metal", max_recommended_working_set_bytes: 77 });
    assert.equal(reading(text).workingSetBytes, 77);
    assert.equal("workingSetBytes" in reading(allocatorReport()), false);
  });

  describe("of a process whose start is known in Unix seconds", () => {
    const onMac = (startTime: number, changes: Readonly<Record<string, unknown>> = {}) =>
      parseReport(
        allocatorReport({ start_ticks: undefined, start_time: 900.999_999, ...changes }),
        { ownPid: 4242, startTime },
        1001,
      );

    it("is believed when it names the same second, the one before or the one after", () => {
      for (const start of [899, 900, 900.5, 901, 901.999])
        assert.equal(onMac(start).kind, "believed", String(start));
    });

    it("is a left-over of an earlier process when it names an earlier second, and refused when a later", () => {
      assert.deepEqual(onMac(902), { kind: "left-over" });
      assert.deepEqual(onMac(898.9), { kind: "refused", why: "it names a later start" });
    });

    it("is refused when it names no second, whatever ticks it names, and the other way round", () => {
      const without = { start_time: undefined, start_ticks: 900 };
      assert.deepEqual(onMac(900, without), { kind: "refused", why: "it names no start" });
      const text = allocatorReport({ start_ticks: undefined, start_time: 240085 });
      assert.deepEqual(verdict(text), { kind: "refused", why: "it names no start" });
    });
  });

  for (const [what, changes] of [
    ["another pid", { pid: 4243 }],
    ["a later start", { start_ticks: 240086 }],
    ["a time to come", { time: 1_000_000 }],
    ["no start", { start_ticks: undefined }],
    ["another schema", { schema: 2 }],
    ["a figure below 0", { active_bytes: -1 }],
    ["a figure that is no number", { cache_bytes: "12" }],
    ["no figure", { peak_bytes: null }],
    ["a limit below 0", { memory_limit_bytes: -5 }],
    ["a working set below 0", { max_recommended_working_set_bytes: -5 }],
    ["a start that is no number", { start_time: "1000" }],
    ["an interval of a month", { interval_seconds: 2_600_000 }],
    ["an interval of 0", { interval_seconds: 0 }],
    ["a pid that is none", { pid: 4242.5 }],
    ["a version that could break a line", { mlx_version: '0.1\n"' }],
    ["a version without end", { mlx_version: "1".repeat(65) }],
    ["an unknown back end", { backend: "tpu" }],
  ] as const) {
    it(`refuses one with ${what}`, () => {
      assert.equal(verdict(allocatorReport(changes)).kind, "refused");
    });
  }

  it("refuses NaN, infinity, and what is no JSON at all", () => {
    for (const number of ["NaN", "Infinity", "-Infinity", "1e999"]) {
      const text = allocatorReport({ active_bytes: 12345 }).replace("12345", number);
      assert.equal(verdict(text).kind, "refused", number);
    }
    for (const text of ["", "null", "[]", "7", "{", '"', "[".repeat(60_000), "{}\0"])
      assert.equal(verdict(text).kind, "refused", text.slice(0, 9));
  });

  it("ignores what a later reporter says besides", () => {
    const text = allocatorReport({ gpu: { deep: [1] }, wired_limit_bytes: 5 });
    assert.deepEqual(reading(text), reading(allocatorReport()));
  });

  it("never throws, and never believes a figure that is no count, whatever the file holds", () => {
    const sound = JSON.parse(allocatorReport()) as Record<string, unknown>;
    const keys = fc.constantFrom(...Object.keys(sound), "__proto__", "constructor", "x");
    const spoilt = fc
      .tuple(fc.dictionary(keys, fc.oneof(fc.jsonValue(), fc.double())), fc.array(keys))
      .map(([values, gone]) => {
        const kept = Object.entries({ ...sound, ...values }).filter(([key]) => !gone.includes(key));
        return JSON.stringify(Object.fromEntries(kept));
      });
    fc.assert(
      fc.property(fc.oneof(spoilt, fc.json(), arbitraryText), (text) => {
        const found = verdict(text);
        if (found.kind !== "believed") return;
        const { activeBytes, cacheBytes, peakBytes, reportTime, memoryLimitBytes } = found.reading;
        for (const figure of [activeBytes, cacheBytes, peakBytes, reportTime, memoryLimitBytes])
          if ("value" in figure) assert.ok(isCount(figure.value));
      }),
      { numRuns: 2000 },
    );
  });
});
