import assert from "node:assert/strict";
import fc from "fast-check";
import { firstDue, isFresh, nextDue } from "../../../src/exporter/probe/schedule.ts";

describe("the schedule of probes", () => {
  it("spreads probes that begin together evenly over their interval", () => {
    assert.deepEqual(
      [0, 1, 2, 3].map((index) => firstDue(100, 60, index, 4)),
      [100, 115, 130, 145],
    );
  });

  it("keeps its rhythm however late it is asked, and is never due in the past", () => {
    const seconds = fc.integer({ min: 1, max: 10_000 });
    fc.assert(
      fc.property(seconds, seconds, seconds, (due, interval, late) => {
        const next = nextDue(due, interval, due + late);
        assert.equal((next - due) % interval, 0);
        assert.ok(next > due + late && next <= due + late + interval);
      }),
    );
  });

  it("holds a result for three intervals", () => {
    assert.deepEqual([isFresh(100, 10, 130), isFresh(100, 10, 131)], [true, false]);
  });
});
