import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readOwned } from "../../src/host/owned-files.ts";

describe("owned-files", () => {
  let folder = "";
  let path = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "mlx-headroom-owned-"));
    path = join(folder, "1.json");
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it("reads a regular file whole, with whose it is", () => {
    for (const size of [0, 1, 5000, 65_536]) {
      writeFileSync(path, Buffer.alloc(size, "ab"));
      const bytes = Buffer.alloc(size, "ab");
      const uid = process.getuid?.();
      assert.deepEqual(readOwned(path, 65_536), { kind: "owned", bytes, uid });
    }
  });

  it("refuses a file that is larger than it may be", () => {
    writeFileSync(path, Buffer.alloc(65_537));
    assert.deepEqual(readOwned(path, 65_536), { kind: "refused", why: "it is too large" });
  });

  it("follows no link, wherever that leads", () => {
    writeFileSync(join(folder, "real"), "{}");
    for (const target of ["real", "nowhere", "1.json", "/dev/zero"]) {
      symlinkSync(target, path);
      assert.deepEqual(readOwned(path, 100), { kind: "refused", why: "it is a link" });
      rmSync(path);
    }
  });

  it("reads a file by any of its names: a second one is no link that leads elsewhere", () => {
    writeFileSync(join(folder, "real"), "{}");
    linkSync(join(folder, "real"), path);
    assert.equal(readOwned(path, 100).kind, "owned");
  });

  it("waits for nobody at the other end of a FIFO", function () {
    if (process.platform === "win32") this.skip();
    execFileSync("mkfifo", [path]);
    assert.deepEqual(readOwned(path, 100), { kind: "refused", why: "it is no regular file" });
  });

  it("refuses a folder, a socket and a device", async () => {
    const regular = { kind: "refused", why: "it is no regular file" };
    mkdirSync(path);
    assert.deepEqual(readOwned(path, 100), regular);
    assert.deepEqual(readOwned("/dev/null", 100), regular);
    const socket = join(folder, "socket");
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(socket, resolve));
    assert.deepEqual(readOwned(socket, 100), regular);
    await new Promise((resolve) => server.close(resolve));
  });

  it("tells absent and failed apart, and throws for none", () => {
    assert.deepEqual(readOwned(path, 100), { kind: "absent" });
    writeFileSync(path, "");
    assert.deepEqual(readOwned(join(path, "below"), 100), { kind: "absent" });
    assert.equal(readOwned(join(folder, "x".repeat(300)), 100).kind, "failed");
  });

  it("tells a refusal of the kernel", function () {
    if (process.platform !== "linux" || process.getuid?.() === 0) this.skip();
    writeFileSync(path, "", { mode: 0 });
    assert.deepEqual(readOwned(path, 100), { kind: "forbidden" });
  });
});
