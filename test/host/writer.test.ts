import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { realWriter } from "../../src/host/writer.ts";

describe("writer", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "mlx-headroom-writer-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it("writes every file and leaves no temporary one behind", () => {
    realWriter().writeAll(folder, [
      { path: "a/b.yml", text: "one" },
      { path: "c.yml", text: "two" },
    ]);
    assert.equal(readFileSync(join(folder, "a/b.yml"), "utf8"), "one");
    assert.deepEqual(readdirSync(folder, { recursive: true }).sort(), ["a", "a/b.yml", "c.yml"]);
  });

  it("leaves all old files as they were when one cannot be written", () => {
    writeFileSync(join(folder, "first.yml"), "old");
    writeFileSync(join(folder, "blocked"), "a file where a folder is needed");
    const files = [
      { path: "first.yml", text: "new" },
      { path: "blocked/second.yml", text: "new" },
    ];
    assert.throws(() => {
      realWriter().writeAll(folder, files);
    }, /blocked\/second\.yml could not be written: (EEXIST|ENOTDIR)\. Nothing was changed/);
    assert.equal(readFileSync(join(folder, "first.yml"), "utf8"), "old");
    assert.deepEqual(readdirSync(folder).sort(), ["blocked", "first.yml"]);
  });

  it("says so when a file cannot take its place because a folder has its name", () => {
    mkdirSync(join(folder, "taken.yml"));
    writeFileSync(join(folder, "first.yml"), "old");
    const files = [
      { path: "first.yml", text: "new" },
      { path: "taken.yml", text: "new" },
    ];
    assert.throws(() => {
      realWriter().writeAll(folder, files);
    }, /taken\.yml could not be written: EISDIR/);
    assert.equal(readFileSync(join(folder, "first.yml"), "utf8"), "old");
    assert.deepEqual(readdirSync(folder).sort(), ["first.yml", "taken.yml"]);
  });
});
