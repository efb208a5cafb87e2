import assert from "node:assert/strict";
import { emitTestFile } from "../../../src/generator/4-emit/promtool-tests.ts";
import type { Stretch } from "../../../src/model/plan.ts";

/** The values of one series, as promtool reads them. */
function values(...stretches: readonly Stretch[]): string | undefined {
  const file = emitTestFile(
    {
      name: "n",
      about: "a",
      rules: [],
      baselines: [],
      groupOrder: ["g"],
      intervalSeconds: 15,
      tests: [{ claim: "c", input: [{ series: "up", stretches }], alerts: [], samples: [] }],
    },
    ["../r.yml"],
  ) as {
    readonly tests: readonly [{ readonly input_series: readonly [{ readonly values: string }] }];
  };
  return file.tests[0].input_series[0].values;
}

describe("promtool tests", () => {
  it("spell a value held for a minute as itself and three repetitions", () => {
    assert.equal(values({ value: 0.5, seconds: 60 }), "0.5x3");
  });

  it("spell what climbs and what falls as its first value and a step", () => {
    assert.equal(
      values({ value: 5, perSecond: 2, seconds: 60 }, { value: 7, perSecond: -1, seconds: 30 }),
      "5+30x3 7-15x1",
    );
  });

  it("spell stretches one after the other, and the end of a series", () => {
    assert.equal(
      values({ value: 1, seconds: 15 }, { value: -0.02, seconds: 30 }, "stale"),
      "1x0 -0.02x1 stale",
    );
  });

  it("refuse a stretch that is no whole number of steps", () => {
    assert.throws(() => values({ value: 1, seconds: 20 }), /not a whole number of steps/);
    assert.throws(() => values({ value: 1, seconds: 0 }), /not a whole number of steps/);
  });
});
