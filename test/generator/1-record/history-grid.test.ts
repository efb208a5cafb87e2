import assert from "node:assert/strict";
import fc from "fast-check";
import { momentsOf, stretches } from "../../../src/generator/1-record/history-grid.ts";

describe("the moments of a history", () => {
  it("are multiples of the step, and reach from the range to now", () => {
    assert.deepEqual(stretches(1000, 100, 30), [{ start: 900, end: 990 }]);
    assert.deepEqual(momentsOf({ start: 900, end: 990 }, 30), [900, 930, 960, 990]);
  });

  it("are to the millisecond, whatever a step of a tenth adds up to", () => {
    assert.deepEqual(momentsOf({ start: 0.1, end: 0.7 }, 0.2), [0.1, 0.3, 0.5, 0.7]);
  });

  it("come in stretches below what a Prometheus refuses, each once and in order", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2_000_000 }),
        fc.integer({ min: 1, max: 120 }),
        (range, step) => {
          const parts = stretches(1_800_000_000, range, step);
          const all = parts.flatMap((part) => {
            const moments = momentsOf(part, step);
            assert.ok(moments.length < 11_000);
            return moments;
          });
          for (const [at, moment] of all.entries())
            if (at > 0) assert.equal(moment, (all[at - 1] ?? 0) + step);
          assert.equal(
            all.length,
            Math.floor(1_800_000_000 / step) - Math.ceil((1_800_000_000 - range) / step) + 1,
          );
        },
      ),
      { numRuns: 30 },
    );
  });

  it("are none when the step is longer than the range", () => {
    assert.deepEqual(stretches(1000, 5, 300), []);
  });
});
