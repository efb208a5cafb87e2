import assert from "node:assert/strict";
import { compareArtifacts } from "../../../src/generator/5-review/compare.ts";

describe("comparing files with what would be made", () => {
  it("tells same, differing, missing and left over apart", () => {
    const artifacts = ["a", "b", "c"].map((path) => ({ path, text: `${path}\n` }));
    const found = new Map([
      ["a", "a\n"],
      ["b", "b \n"],
      ["d", "d\n"],
    ]);
    assert.deepEqual(compareArtifacts(artifacts, found), [
      { path: "a", state: "same" },
      { path: "b", state: "differs" },
      { path: "c", state: "missing" },
      { path: "d", state: "leftover" },
    ]);
  });
});
