import assert from "node:assert/strict";
import { promptText } from "../../../src/generator/1-record/prompts.ts";

describe("prompts of the built-in load", () => {
  it("are the same for the same number, and have as many words as are asked for", () => {
    assert.equal(promptText(3, 50), promptText(3, 50));
    assert.equal(promptText(3, 50).split(" ").length, 50);
    assert.equal(promptText(3, 1), "3");
  });

  it("differ from their first word on, so that none is in a cache of beginnings", () => {
    const first = Array.from({ length: 200 }, (_, number) => promptText(number, 5).split(" ")[0]);
    assert.equal(new Set(first).size, 200);
  });

  it("differ in what follows, too", () => {
    const rest = Array.from({ length: 200 }, (_, number) =>
      promptText(number, 9).split(" ").slice(1).join(" "),
    );
    assert.equal(new Set(rest).size, 200);
  });
});
