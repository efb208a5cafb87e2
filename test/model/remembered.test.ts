import assert from "node:assert/strict";
import { remembered } from "../../src/model/remembered.ts";

describe("a remembered function", () => {
  it("does its work once for a text, and forgets all when it has too much to remember", () => {
    const asked: string[] = [];
    const length = remembered((text) => {
      asked.push(text);
      return { length: text.length };
    }, 2);
    assert.equal(length("ab"), length("ab"));
    assert.deepEqual(length("abc"), { length: 3 });
    length("ab");
    assert.deepEqual(asked, ["ab", "abc"]);
    length("abcd");
    length("ab");
    assert.deepEqual(asked, ["ab", "abc", "abcd", "ab"]);
  });
});
