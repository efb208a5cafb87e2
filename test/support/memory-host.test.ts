import assert from "node:assert/strict";
import { memoryHost } from "./memory-host.ts";

describe("the memory host", () => {
  it("reads, lists and counts what it was given", () => {
    const { files } = memoryHost({ "/a/b": "text", "/a/c/d": Buffer.from([1]), "/a/empty/": "" });
    assert.deepEqual(files.read("/a/b"), { kind: "read", bytes: Buffer.from("text") });
    assert.deepEqual(files.read("/a/b", 2), { kind: "read", bytes: Buffer.from("te") });
    assert.deepEqual(files.list("/a"), { kind: "listed", names: ["b", "c", "empty"] });
    assert.deepEqual(files.list("/a/empty"), { kind: "listed", names: [] });
    assert.deepEqual(files.count("/a"), { kind: "counted", count: 3 });
    assert.deepEqual(files.read("/a/c"), { kind: "failed", message: "EISDIR" });
    for (const missing of [
      files.read("/x"),
      files.list("/x"),
      files.list("/a/b"),
      files.count("/x"),
    ]) {
      assert.deepEqual(missing, { kind: "absent" });
    }
  });

  it("gives a file with its owner where it has one, and refuses whatever else is there", () => {
    const { files } = memoryHost({
      "/r/1.json": { owned: "{}", uid: 7 },
      "/r/2.json": "text",
      "/r/3.json/x": "text",
      "/s": "forbidden",
      "/t": { failed: "EIO" },
    });
    const bytes = Buffer.from("{}");
    assert.deepEqual(files.readOwned("/r/1.json", 2), { kind: "owned", bytes, uid: 7 });
    assert.deepEqual(files.read("/r/1.json"), { kind: "read", bytes });
    assert.equal(files.readOwned("/r/1.json", 1).kind, "refused");
    assert.equal(files.readOwned("/r/2.json", 9).kind, "refused");
    assert.equal(files.readOwned("/r/3.json", 9).kind, "refused");
    assert.deepEqual(files.readOwned("/r/4.json", 9), { kind: "absent" });
    assert.deepEqual(files.readOwned("/s/1.json", 9), { kind: "forbidden" });
    assert.deepEqual(files.readOwned("/t", 9), { kind: "failed", message: "EIO" });
  });

  it("refuses and fails where it was told to", () => {
    const { files } = memoryHost({
      "/p/1/fd": "forbidden",
      "/p/1/fd/0": "x",
      "/p/1/io": "forbidden",
      "/p/1/mem": { failed: "EIO" },
    });
    assert.deepEqual(files.list("/p/1/fd"), { kind: "forbidden" });
    assert.deepEqual(files.count("/p/1/fd"), { kind: "forbidden" });
    assert.deepEqual(files.read("/p/1/fd/0"), { kind: "forbidden" });
    assert.deepEqual(files.read("/p/1/io"), { kind: "forbidden" });
    assert.deepEqual(files.read("/p/1/mem"), { kind: "failed", message: "EIO" });
    assert.equal(files.list("/p/1").kind, "listed");
  });

  it("changes as a test wishes, and remembers what was touched", () => {
    const host = memoryHost({ "/a/b": "1", "/a/c": "2", "/ab": "3" });
    host.put("/a/b", "4");
    host.remove("/a");
    assert.equal(host.files.read("/a/b").kind, "absent");
    assert.equal(host.files.read("/ab").kind, "read");
    host.writer.writeAll("/out", [{ path: "x/y", text: "z" }]);
    assert.deepEqual(host.files.list("/out"), { kind: "listed", names: ["x"] });
    assert.deepEqual(host.touched, ["/a/b", "/ab", "/out"]);
  });

  it("keeps a clock that only a test moves", async () => {
    const { clock } = memoryHost({}, { unixSeconds: 100, monotonicSeconds: 5 });
    const ticks: number[] = [];
    const stop = clock.every(10, () => ticks.push(clock.unixSeconds()));
    const slept = clock.sleep(15);
    clock.advance(25);
    await slept;
    stop();
    clock.advance(100);
    assert.deepEqual(ticks, [110, 120]);
    assert.deepEqual([clock.unixSeconds(), clock.monotonicSeconds()], [225, 130]);
  });

  it("stops once", () => {
    const host = memoryHost({});
    let stops = 0;
    host.onStop(() => stops++);
    host.stop();
    host.stop();
    assert.equal(stops, 1);
  });

  it("reloads as often as it is told to", () => {
    const host = memoryHost({});
    let reloads = 0;
    host.onReload(() => reloads++);
    host.reload();
    host.reload();
    assert.equal(reloads, 2);
  });
});
