import assert from "node:assert/strict";
import { duration } from "../../../src/generator/4-emit/duration.ts";

describe("durations", () => {
  const cases: readonly (readonly [number, string])[] = [
    [0, "0s"],
    [15, "15s"],
    [60, "1m"],
    [255, "4m15s"],
    [14400, "4h"],
    [3661, "1h1m1s"],
  ];
  for (const [seconds, text] of cases) {
    it(`writes ${seconds} seconds as ${text}`, () => {
      assert.equal(duration(seconds), text);
    });
  }
});
