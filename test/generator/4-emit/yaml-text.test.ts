import assert from "node:assert/strict";
import { comment, yamlLines, yamlText } from "../../../src/generator/4-emit/yaml-text.ts";

/** The text without its head. */
function body(content: unknown): string {
  return yamlText(["head"], content).replace("# head\n\n", "");
}

describe("YAML text", () => {
  it("begins with the head, one comment a line", () => {
    assert.equal(yamlText(["one", "two"], { a: 1 }), "# one\n# two\n\na: 1\n");
  });

  it("ends with what is commented out, and gives the same lines without", () => {
    const remote = { a: [{ b: "on" }] };
    const lines = yamlLines(remote);
    assert.deepEqual(lines, ["a:", '  - b: "on"']);
    assert.equal(
      yamlText(["head"], { c: 1 }, ["Or:", "", ...lines]),
      '# head\n\nc: 1\n\n# Or:\n#\n# a:\n#   - b: "on"\n',
    );
  });

  it("quotes what Go's reader would take for something else", () => {
    assert.equal(
      body({ a: "on", b: "yes", c: "12:30", d: "", e: "0x1f", f: "null", g: "1e3" }),
      'a: "on"\nb: "yes"\nc: "12:30"\nd: ""\ne: "0x1f"\nf: "null"\ng: "1e3"\n',
    );
  });

  it("writes several lines as a literal block and never folds", () => {
    assert.equal(body({ a: "x\n  y" }), "a: |-\n  x\n    y\n");
    const long = "word ".repeat(60).trim();
    assert.equal(body({ a: long }), `a: ${long}\n`);
  });

  it("keeps order and repeats shared values", () => {
    const shared = { x: 1 };
    assert.equal(body({ b: shared, a: shared }), "b:\n  x: 1\na:\n  x: 1\n");
  });

  it("writes comments above the maps they belong to, at any depth", () => {
    assert.equal(
      body({ list: [{ [comment]: "why", a: { b: [{ [comment]: "deep", c: 1 }] } }, { d: 2 }] }),
      "list:\n  # why\n  - a:\n      b:\n        # deep\n        - c: 1\n  - d: 2\n",
    );
  });
});
