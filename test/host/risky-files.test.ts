import assert from "node:assert/strict";
import { execFileSync, type ChildProcess } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { answersIn } from "../../src/host/risky-answers.ts";
import { waitUntil } from "../../lab/wait-until.ts";
import { realRiskyFiles } from "../../src/host/risky-files.ts";
import type { FileRead, RiskyRead } from "../../src/model/host.ts";
import { requireTool } from "../support/requires.ts";

const request = (path: string, maxBytes = 100) => ({ path, maxBytes });
const shown = (read: RiskyRead) => (read.kind === "read" ? read.bytes.toString() : read.kind);

/** Children of this process that run the reader. */
function readerPids(): readonly number[] {
  const pids = readFileSync(`/proc/self/task/${process.pid}/children`, "utf8").trim();
  return pids
    .split(" ")
    .filter(Boolean)
    .filter((pid) => readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("risky-reader"))
    .map(Number);
}
const readers = () => readerPids().length;
const pause = (seconds: number) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

describe("risky files", () => {
  let folder: string;
  before(function () {
    if (process.platform !== "linux") this.skip();
    requireTool(this, "mkfifo", "makes a file whose reading blocks");
    folder = mkdtempSync(join(tmpdir(), "mlx-headroom-risky-"));
    for (const name of ["a", "b", "c"]) execFileSync("mkfifo", [join(folder, name)]);
    writeFileSync(join(folder, "plain\n\u00e9"), "one\0two\n");
  });
  // The children of the test before may still be on their way out.
  beforeEach(async () => {
    await waitUntil(() => readers() === 0 || undefined, { timeoutSeconds: 5 });
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it("are read in order, cut to what was asked for, and say why when they are not", async () => {
    const files = realRiskyFiles();
    const plain = join(folder, "plain\n\u00e9");
    const reads = await files.read([
      request(plain),
      request(plain, 3),
      request("/no/such"),
      request(folder),
    ]);
    assert.deepEqual(reads.map(shown), ["one\0two\n", "one", "absent", "failed"]);
    files.close();
  });

  it("that block are given up after a while, and the others are read all the same", async () => {
    const files = realRiskyFiles({ patienceSeconds: 0.3 });
    const reads = await files.read([request(join(folder, "a")), request("/proc/self/comm")]);
    assert.deepEqual(reads.map(shown), ["blocked", "node\n"]);
    files.close();
  });

  it("are read by a child that takes longer to start than it may for a file, as on a machine that swaps", async () => {
    const killed: ChildProcess[] = [];
    const kill = (child: ChildProcess) => void (killed.push(child), child.kill("SIGKILL"));
    const files = realRiskyFiles({ patienceSeconds: 0.4, kill });
    const reads = files.read([request("/proc/self/comm"), request("/no/such")]);
    const [pid = 0, ...others] = readerPids();
    process.kill(pid, "SIGSTOP");
    await pause(1.2);
    assert.deepEqual([readerPids(), others, killed], [[pid], [], []]);
    process.kill(pid, "SIGCONT");
    assert.deepEqual((await reads).map(shown), ["node\n", "absent"]);
    files.close();
  });

  it("wait for one that does not start, but not for ever, and the next one may take twice as long", async () => {
    const stopped: number[] = [];
    const files = realRiskyFiles({ startSeconds: (failed) => 0.3 * 2 ** failed });
    const seconds: number[] = [];
    for (let start = 0; start < 3; start++) {
      const began = performance.now();
      const reads = files.read([request("/proc/self/comm"), request("/no/such")]);
      const pid = readerPids().find((each) => !stopped.includes(each)) ?? 0;
      process.kill(pid, "SIGSTOP");
      stopped.push(pid);
      assert.deepEqual((await reads).map(shown), ["blocked", "blocked"]);
      seconds.push((performance.now() - began) / 1000);
      await waitUntil(() => readers() === 0 || undefined, { timeoutSeconds: 5 });
    }
    for (const [failed, took] of seconds.entries())
      assert.ok(took >= 0.29 * 2 ** failed, seconds.join(", "));
    const reads = await files.read([request("/proc/self/comm")]);
    assert.deepEqual(reads.map(shown), ["node\n"]);
    files.close();
  });

  it("that were read while this program was held up itself count as read", async () => {
    const files = realRiskyFiles({ patienceSeconds: 0.4 });
    await files.read([request("/proc/self/comm")]);
    const reads = files.read([request("/proc/self/comm"), request("/no/such")]);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000);
    assert.deepEqual((await reads).map(shown), ["node\n", "absent"]);
    files.close();
  });

  it("are read by two children at the most, and by none while neither can be ended", async () => {
    // What hangs in the kernel outlives SIGKILL; here the signal is held back instead.
    const children: ChildProcess[] = [];
    const kill = (child: ChildProcess) => void children.push(child);
    const files = realRiskyFiles({ patienceSeconds: 0.3, kill });
    const hanging = ["a", "b", "c"].map((name) => request(join(folder, name)));
    const reads = await files.read([...hanging, request("/proc/self/comm")]);
    assert.deepEqual(reads.map(shown), ["blocked", "blocked", "blocked", "blocked"]);
    assert.deepEqual([readers(), children.length], [2, 2]);
    const ended = children.map((child) => new Promise((resolve) => child.once("exit", resolve)));
    for (const child of children) child.kill("SIGKILL");
    await Promise.all(ended);
    assert.deepEqual((await files.read([request("/proc/self/comm")])).map(shown), ["node\n"]);
    assert.equal(readers(), 1);
    files.close();
    for (const child of children) child.kill("SIGKILL");
  });

  it("keep no program running that has nothing else to do, and end with it", () => {
    const program = new URL("../../src/host/risky-files.js", import.meta.url).href;
    const script = `const { realRiskyFiles } = await import(${JSON.stringify(program)});
      const [read] = await realRiskyFiles().read([{ path: "/proc/self/comm", maxBytes: 9 }]);
      console.log(read.kind);`;
    const output = execFileSync(process.execPath, ["--input-type=module", "-e", script], {
      timeout: 15_000,
    });
    assert.equal(output.toString(), "read\n");
  });
});

describe("answers of the reader", () => {
  it("are put together from chunks of any size", () => {
    const bytes = Buffer.from("read 7\none\n\0wo" + "absent 0\n" + "failed 3\nEIOforbidden 0\n");
    for (let size = 1; size <= bytes.length; size++) {
      const reads: FileRead[] = [];
      const take = answersIn((read) => reads.push(read));
      for (let at = 0; at < bytes.length; at += size) take(bytes.subarray(at, at + size));
      assert.deepEqual(reads, [
        { kind: "read", bytes: Buffer.from("one\n\0wo") },
        { kind: "absent" },
        { kind: "failed", message: "EIO" },
        { kind: "forbidden" },
      ]);
    }
  });
});
