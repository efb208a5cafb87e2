import assert from "node:assert/strict";
import { compareArtifacts } from "../../../src/generator/5-review/compare.ts";
import { generatedHead } from "../../../src/model/generated-head.ts";

const madeFor = (path: string) =>
  generatedHead("1.2.3", path)
    .map((line) => `# ${line}\n`)
    .join("");

describe("comparing files with what would be made", () => {
  it("tells same, differing, missing and left over apart", () => {
    const artifacts = ["a", "b", "c"].map((path) => ({ path, text: `${path}\n` }));
    const found = new Map([
      ["a", "a\n"],
      ["b", "b \n"],
      ["d", madeFor("d")],
    ]);
    assert.deepEqual(compareArtifacts(artifacts, found), [
      { path: "a", state: "same" },
      { path: "b", state: "differs" },
      { path: "c", state: "missing" },
      { path: "d", state: "leftover" },
    ]);
  });

  it("takes nothing for a left-over that does not say it was made for that very place", () => {
    const found = new Map([
      ["own.yml", "groups: []\n"],
      ["copy.yml", madeFor("rules/mlx-alerts.yml")],
      ["quoted.yml", `groups: []\n${madeFor("quoted.yml")}`],
    ]);
    assert.deepEqual(compareArtifacts([], found), []);
  });
});
