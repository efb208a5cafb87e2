import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { unifiedDiff } from "../../../src/generator/5-review/unified-diff.ts";
import { runProgram } from "../../support/real-commands.ts";
import { requireTool } from "../../support/requires.ts";

describe("a unified diff", () => {
  it("shows what differs, with three lines around it", () => {
    const before = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";
    assert.deepEqual(unifiedDiff("a/b.yml", before, before.replace("5", "five")), [
      "--- a/b.yml",
      "+++ a/b.yml",
      "@@ -2,7 +2,7 @@",
      ...[" 2", " 3", " 4", "-5", "+five", " 6", " 7", " 8"],
    ]);
  });

  it("names /dev/null for a file that is not there", () => {
    assert.deepEqual(unifiedDiff("a", undefined, "1\n2\n"), [
      "--- /dev/null",
      "+++ a",
      "@@ -0,0 +1,2 @@",
      "+1",
      "+2",
    ]);
    assert.deepEqual(unifiedDiff("a", "1\n", undefined).slice(0, 3), [
      "--- a",
      "+++ /dev/null",
      "@@ -1,1 +0,0 @@",
    ]);
  });

  it("spells out what would move a terminal's cursor, line ends of Windows among it", () => {
    const lines = unifiedDiff("a", "x\u001b[2J\r\n", "x\ty\n");
    assert.deepEqual(lines.slice(3), ["-x\\x1b[2J\\x0d", "+x\ty"]);
  });

  it("gives up where nearly nothing is alike", () => {
    const many = (word: string) =>
      Array.from({ length: 2000 }, (_, i) => `${word} ${i}\n`).join("");
    assert.deepEqual(unifiedDiff("a", many("a"), many("b")).slice(2), [
      "@@ more than 1500 lines differ @@",
    ]);
    assert.equal(unifiedDiff("a", undefined, many("b")).length, 2003);
  });

  it("is one that patch(1) applies", function () {
    requireTool(this, "patch", "applies diffs");
    this.timeout(60_000);
    const folder = mkdtempSync(join(tmpdir(), "mlx-headroom-diff-"));
    const text = fc.array(fc.constantFrom("a", "b", "c", ""), { minLength: 1, maxLength: 30 });
    try {
      fc.assert(
        fc.property(text, text, fc.boolean(), (before, after, ends) => {
          const [from, to] = [before, after].map((lines) => lines.join("\n") + (ends ? "\n" : ""));
          if (from === to || from === "" || to === "") return;
          const file = join(folder, "file");
          writeFileSync(file, from ?? "");
          const diff = `${unifiedDiff("file", from, to).join("\n")}\n`;
          const { status, output } = runProgram("patch", ["--quiet", file], diff);
          assert.equal(status, 0, output + diff);
          assert.equal(readFileSync(file, "utf8"), to);
        }),
        { numRuns: 60 },
      );
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
