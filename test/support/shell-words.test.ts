import assert from "node:assert/strict";
import { shellCommands } from "./shell-words.ts";

describe("shellCommands", () => {
  const claims: readonly (readonly [string, string, readonly (readonly string[])[]])[] = [
    ["takes comments away", "a b # c d\n# e", [["a", "b"]]],
    ["keeps quoted words whole", `a 'b # c' "d e"`, [["a", "b # c", "d e"]]],
    [
      "ends a command where a list or a pipe goes on",
      "a b && c | d; e &",
      [["a", "b"], ["c"], ["d"], ["e"]],
    ],
    ["joins lines that go on", "a \\\n  b", [["a", "b"]]],
    [
      "passes over assignments and keywords",
      "X=1 Y=2 a X=3\nuntil b; do c; done",
      [["a", "X=3"], ["b"], ["c"], ["done"]],
    ],
    ["passes over prompts and redirections", "$ a > f 2>&1 <g b", [["a", "b"]]],
  ];
  for (const [says, text, commands] of claims)
    it(says, () => {
      assert.deepEqual(shellCommands(text), commands);
    });
});
