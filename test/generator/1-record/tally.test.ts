import assert from "node:assert/strict";
import { createTally } from "../../../src/generator/1-record/tally.ts";

describe("the tally of a load", () => {
  it("has no line before a request is over", () => {
    assert.equal(createTally().line(1), undefined);
  });

  it("counts requests, errors, tokens and prompts, and tells latencies that were measured", () => {
    const tally = createTally();
    for (let number = 0; number < 20; number++)
      tally.completed(number % 3, (20 - number) / 10, 8, 100);
    tally.failed();
    assert.deepEqual(tally.line(4), {
      kind: "load",
      t: 4,
      requests: 21,
      errors: 1,
      tokens: 160,
      promptTokens: 2000,
      distinctPrompts: 3,
      latencyP50: 1,
      latencyP95: 1.9,
      latencyMax: 2,
    });
  });

  it("says nothing of tokens or latencies that nobody knows", () => {
    const tally = createTally();
    tally.failed();
    assert.deepEqual(tally.line(1), {
      kind: "load",
      t: 1,
      requests: 1,
      errors: 1,
      distinctPrompts: 0,
    });
    tally.completed(0, 0.1);
    assert.equal(tally.line(2)?.tokens, undefined);
  });
});
