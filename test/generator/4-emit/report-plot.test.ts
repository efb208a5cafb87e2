import assert from "node:assert/strict";
import fc from "fast-check";
import { plotOf, type Level } from "../../../src/generator/4-emit/report-plot.ts";

const phases = { load: [], warmup: [], steady: [], growing: false };

function levelsAt(values: readonly number[], labels = true) {
  const levels = values.map((value): Level => ({
    value,
    label: labels ? String(value) : "",
    kind: "limit",
  }));
  const samples = Float64Array.of(0, 50, 100);
  return plotOf(Float64Array.of(0, 1, 2), samples, phases, levels, String).levels;
}

describe("labels of a report's plot", () => {
  it("stand above their lines, and below one that is at the top", () => {
    const [top, middle] = levelsAt([50, 108]);
    assert.ok(top && middle);
    assert.deepEqual([top.label, middle.label], ["108", "50"]);
    assert.ok(top.labelY > top.y && middle.labelY < middle.y);
  });

  it("never stand in each other's place, nor above the plot or below its axis, wherever their lines are", () => {
    const values = fc.array(fc.integer({ min: 0, max: 149 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(values, (given) => {
        const places = levelsAt(given).map(({ labelY }) => labelY);
        places.forEach((place, index) => {
          assert.ok(place >= 16 && place <= 136, `${place} of ${String(given)}`);
          const before = places[index - 1];
          if (before !== undefined)
            assert.ok(place - before >= 11.9, `${before} and ${place} of ${String(given)}`);
        });
      }),
    );
  });

  it("take no place where there is no text", () => {
    assert.deepEqual(new Set(levelsAt([50, 50], false).map(({ labelY }) => labelY)).size, 1);
  });
});
