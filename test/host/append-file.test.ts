import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { appendTo } from "../../src/host/append-file.ts";
import { UserError } from "../../src/model/user-error.ts";

const isUserError = (code: string) => (error: unknown) =>
  error instanceof UserError && error.code === code;

describe("a file that lines are added to", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "mlx-headroom-append-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it("is there with each line as soon as that is added, folders above it included", () => {
    const path = join(folder, "a", "b", "c.jsonl");
    const file = appendTo(path);
    file.append("one\n");
    assert.equal(readFileSync(path, "utf8"), "one\n");
    file.append("two é\n");
    file.close();
    assert.equal(readFileSync(path, "utf8"), "one\ntwo é\n");
  });

  it("never takes the place of another, of a link to nowhere neither", () => {
    const path = join(folder, "c.jsonl");
    writeFileSync(path, "old\n");
    symlinkSync(join(folder, "elsewhere"), join(folder, "c-2.jsonl"));
    const file = appendTo(path);
    file.append("new\n");
    file.close();
    assert.equal(file.path, join(folder, "c-3.jsonl"));
    assert.equal(readFileSync(path, "utf8"), "old\n");
    assert.ok(!existsSync(join(folder, "elsewhere")));
  });

  it("says where it could not be made", () => {
    writeFileSync(join(folder, "file"), "");
    assert.throws(() => appendTo(join(folder, "file", "c.jsonl")), isUserError("cannot-create"));
    assert.throws(() => appendTo("/proc/c.jsonl"), isUserError("cannot-create"));
  });
});
