import assert from "node:assert/strict";
import {
  chmodSync,
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { realFiles } from "../../src/host/files.ts";

describe("files", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "mlx-headroom-files-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it("reads a file whole, however it compares with the buffer, and the next one too", () => {
    const files = realFiles();
    for (const size of [0, 1, 16 * 1024 - 1, 16 * 1024, 16 * 1024 + 1, 200_000, 5]) {
      const bytes = Buffer.alloc(size, "ab");
      writeFileSync(join(folder, "f"), bytes);
      const read = files.read(join(folder, "f"));
      assert.ok(read.kind === "read" && read.bytes.equals(bytes), `${size} bytes`);
    }
  });

  it("reads a short text in one piece, cut where it is not short", () => {
    const files = realFiles();
    writeFileSync(join(folder, "f"), "\u00e9".repeat(10));
    assert.deepEqual(files.readShort(join(folder, "f")), {
      kind: "read",
      text: "\u00e9".repeat(10),
    });
    writeFileSync(join(folder, "f"), "x".repeat(5000));
    assert.deepEqual(files.readShort(join(folder, "f")), { kind: "read", text: "x".repeat(4096) });
    assert.equal(files.readShort(join(folder, "none")).kind, "absent");
  });

  it("keeps a file open, and reads what is there by now", () => {
    const files = realFiles();
    const path = join(folder, "f");
    writeFileSync(path, "one\n");
    assert.deepEqual(files.readKept(path), { kind: "read", text: "one\n" });
    writeFileSync(path, "two and more\n");
    assert.deepEqual(files.readKept(path), { kind: "read", text: "two and more\n" });
    assert.equal(files.readKept(join(folder, "none")).kind, "absent");
    assert.equal(files.readKept(folder).kind, "failed");
  });

  it("reads all of a kept file that the kernel hands out in pieces", function () {
    if (process.platform !== "linux") this.skip();
    const files = realFiles();
    const whole = files.read("/proc/kallsyms");
    if (whole.kind !== "read" || whole.bytes.length < 100_000) this.skip();
    const kept = files.readKept("/proc/kallsyms");
    assert.ok(kept.kind === "read" && kept.text === whole.bytes.toString());
  });

  it("stops at the number of bytes it was allowed", () => {
    writeFileSync(join(folder, "f"), Buffer.alloc(100_000, "x"));
    const read = realFiles().read(join(folder, "f"), 50_000);
    assert.ok(read.kind === "read" && read.bytes.length === 50_000);
  });

  it("reads what /proc claims is empty", function () {
    if (process.platform !== "linux") this.skip();
    const read = realFiles().read("/proc/self/status");
    assert.ok(read.kind === "read" && read.bytes.toString().includes("VmRSS"));
  });

  it("tells absent from forbidden and from failed, and throws for none", function () {
    const files = realFiles();
    assert.equal(files.read(join(folder, "none")).kind, "absent");
    assert.equal(files.list(join(folder, "none")).kind, "absent");
    assert.equal(files.read(folder).kind, "failed");
    writeFileSync(join(folder, "f"), "x");
    assert.equal(files.list(join(folder, "f")).kind, "absent");
    if (process.getuid?.() === 0) return; // root may read anything
    chmodSync(join(folder, "f"), 0);
    assert.equal(files.read(join(folder, "f")).kind, "forbidden");
  });

  it("follows a descriptor to what it is, and tells files apart by their number", function () {
    if (process.platform !== "linux") this.skip();
    const files = realFiles();
    const descriptor = openSync("/dev/null", "r");
    const link = files.link(`/proc/self/fd/${descriptor}`);
    closeSync(descriptor);
    assert.deepEqual(link, { kind: "link", target: "/dev/null" });
    assert.equal(files.link(`/proc/self/fd/${descriptor}`).kind, "absent");
    assert.equal(files.link("/dev/null").kind, "failed");
    assert.equal(files.inode("/proc/self/net/tcp"), files.inode("/proc/thread-self/net/tcp"));
    assert.notEqual(files.inode("/proc/self/net/tcp"), files.inode("/proc/self/net/udp"));
    assert.equal(files.inode("/proc/self/net/none"), undefined);
  });

  it("counts this process's own descriptors", function () {
    if (process.platform !== "linux") this.skip();
    const files = realFiles();
    const counted = files.count("/proc/self/fd");
    const listed = files.list("/proc/self/fd");
    assert.ok(counted.kind === "counted" && listed.kind === "listed");
    // Listing opens one descriptor of its own.
    assert.ok(Math.abs(counted.count - listed.names.length) <= 1);
  });

  it("counts an ordinary folder by listing it", () => {
    mkdirSync(join(folder, "a"));
    assert.deepEqual(realFiles().count(folder), { kind: "counted", count: 1 });
  });
});
