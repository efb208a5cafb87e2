import assert from "node:assert/strict";
import { createDiscoverer } from "../../../src/exporter/1-discover/discover.ts";
import { type MemoryHost, memoryHost } from "../../support/memory-host.ts";
import {
  bootTime,
  type Described,
  filesOf,
  lastPidFiles,
  processFiles,
  roots,
} from "./process-tree.ts";

const server = ["python", "/venv/bin/mlx_lm.server"];

describe("what discovery remembers", () => {
  it("spares a second pass all but the stat of what is MLX, however many others there are", async () => {
    const { host, pass } = started([
      { pid: 7, argv: server },
      { pid: 8, argv: ["sleep", "9"] },
    ]);
    for (const [path, file] of Object.entries(lastPidFiles(8))) host.put(path, file);
    assert.equal(await pass(), "7");
    host.touched.length = 0;
    assert.equal(await pass(), "7");
    assert.deepEqual(host.touched, [
      "/proc/7/stat",
      "/proc/loadavg",
      "/proc/sys/kernel/pid_max",
      "/proc/self/stat",
      "/proc/4000000/stat",
      "/proc/1/stat",
    ]);
  });

  it("ends with the process", async () => {
    const { host, pass } = started([{ pid: 7, argv: server }]);
    assert.equal(await pass(), "7");
    host.remove("/proc/7");
    assert.equal(await pass(), "");
    host.touched.length = 0;
    put(host, { pid: 7, argv: server });
    assert.equal(await pass(), "7");
    assert.ok(host.touched.includes("/proc/7/cmdline"), "nothing of the gone process was kept");
  });

  it("is not handed on to another process under the same pid", async () => {
    const { host, pass } = started([{ pid: 7, start: 100, argv: server, comm: "python" }]);
    assert.equal(await pass(), "7");
    put(host, { pid: 7, start: 900, argv: ["python", "other.py"], comm: "python" });
    assert.equal(await pass(), "");
  });

  it("is not handed on even while the new process cannot be looked at", async () => {
    const { host, pass } = started([{ pid: 7, start: 100, argv: server }]);
    assert.equal(await pass(), "7");
    put(host, { pid: 7, start: 900, argv: ["python", "other.py"], state: "D" });
    assert.equal(await pass(), "");
  });

  it("gives way at once when a known MLX process becomes something else", async () => {
    const { host, pass } = started([{ pid: 7, argv: server, comm: "mlx_lm.server" }]);
    assert.equal(await pass(), "7");
    put(host, { pid: 7, argv: ["sleep", "9"], comm: "sleep" });
    assert.equal(await pass(), "");
  });

  it("gives way a second after a birth, when a launcher has become what it launches", async () => {
    const { host, pass } = started([{ pid: 7, argv: ["sleep", "9"] }]);
    await pass();
    put(host, { pid: 9, argv: ["bash", "-c", "exec mlx_lm.server"] });
    assert.equal(await pass(), "");
    put(host, { pid: 9, argv: server, comm: "mlx_lm.server" });
    host.clock.advance(1);
    assert.equal(await pass(), "9");
  });

  for (const comm of ["bash", "python"]) {
    it(`gives way within a minute when ${comm} replaced itself much later`, async () => {
      const { host, pass, review } = started([
        { pid: 7, argv: [comm, "boot.py"], comm },
        { pid: 8, argv: ["sleep", "9"] },
      ]);
      assert.equal(await pass(), "");
      review();
      put(host, { pid: 7, argv: server, comm: "python" });
      for (let second = 0; second < 60; second++) {
        host.clock.advance(1);
        review();
      }
      assert.equal(await pass(), "7");
    });
  }

  it("does not settle on the empty command line in the middle of an exec", async () => {
    const { host, pass } = started([{ pid: 7, argv: [], comm: "mlx_lm.server" }]);
    assert.equal(await pass(), "");
    put(host, { pid: 7, argv: server, comm: "mlx_lm.server" });
    assert.equal(await pass(), "7");
  });

  it("asks twice for a command line that is empty for good, and then only once a minute", async () => {
    const { host, pass, review } = started([{ pid: 7, argv: [], comm: "quiet" }]);
    review();
    for (let second = 0; second < 60; second++) {
      await pass();
      host.clock.advance(1);
      review();
    }
    await pass();
    assert.equal(host.touched.filter((path) => path === "/proc/7/cmdline").length, 3);
  });

  it("makes a pass among 50,000 others read no more files than among one", async () => {
    const others = Array.from({ length: 50_000 }, (_, index) => ({
      pid: 100 + index,
      argv: ["sleep", "9"],
    }));
    const { host, pass } = started([{ pid: 7, argv: server }, ...others]);
    for (const [path, file] of Object.entries(lastPidFiles(50_100, 4_194_304)))
      host.put(path, file);
    assert.equal(await pass(), "7");
    host.touched.length = 0;
    assert.equal(await pass(), "7");
    assert.equal(host.touched.length, 6);
  });

  it("is reviewed spread over the minute, each process once in every one", async () => {
    const crowd = Array.from({ length: 601 }, (_, index) => ({ pid: 1000 + index, argv: ["sh"] }));
    const { host, pass, review } = started(crowd);
    for (const [path, file] of Object.entries(lastPidFiles(9999))) host.put(path, file);
    await pass();
    review();
    for (let minute = 0; minute < 3; minute++) {
      const reads: string[][] = [];
      for (let second = 0; second < 60; second++) {
        host.clock.advance(1);
        host.touched.length = 0;
        review();
        reads.push([...host.touched]);
      }
      assert.ok(Math.max(...reads.map(({ length }) => length)) <= 11);
      assert.ok(new Set(reads.flat()).size >= 600);
      assert.ok(reads.flat().every((path) => path.endsWith("/comm")));
    }
  });

  it("gives way at once to other rules: names are new, start times are not", async () => {
    const host = memoryHost(
      processFiles([
        { pid: 7, argv: server },
        { pid: 8, argv: ["python", "train.py"] },
      ]),
    );
    const discoverer = createDiscoverer(host, roots, { rules: [] });
    const pass = async () =>
      (await discoverer.discover()).processes.map(({ workload, startTime }) => [
        workload,
        startTime,
      ]);
    assert.deepEqual(await pass(), [["mlx_lm.server", bootTime + 0.07]]);
    host.put("/proc/stat", "btime 1234\n");
    discoverer.configure([
      { name: "chat", match: { runtime: "mlx_lm.server" }, expect: "never" },
      { name: "train", match: { program: "train.py" }, expect: "never" },
    ]);
    assert.deepEqual(await pass(), [
      ["chat", bootTime + 0.07],
      ["train", 1234.08],
    ]);
    host.touched.length = 0;
    await pass();
    assert.ok(!host.touched.includes("/proc/7/cmdline"), "due once, not for ever");
    discoverer.configure([]);
    assert.deepEqual(await pass(), [["mlx_lm.server", bootTime + 0.07]]);
  });

  it("hands out one object for a process as long as nothing of it changes, and another when it does", async () => {
    const { host, discoverer } = started([{ pid: 7, parent: 3, argv: server }]);
    const found = async () => (await discoverer.discover()).processes[0];
    const first = await found();
    assert.equal(await found(), first);
    put(host, { pid: 7, parent: 1, argv: server });
    const orphaned = await found();
    assert.equal(orphaned?.parentPid, 1);
    assert.equal(await found(), orphaned);
  });

  it("keeps the start time of a process when the wall clock moves the boot time", async () => {
    const host = memoryHost(processFiles([{ pid: 7, argv: server }]));
    const discoverer = createDiscoverer(host, roots, { rules: [] });
    const start = async () => (await discoverer.discover()).processes[0]?.startTime;
    const first = await start();
    host.put("/proc/stat", "btime 1234\n");
    host.clock.advance(300);
    assert.equal(await start(), first);
  });
});

function started(processes: readonly Described[]) {
  const host = memoryHost(processFiles(processes));
  const discoverer = createDiscoverer(host, roots, { rules: [] });
  const pass = async () => (await discoverer.discover()).processes.map(({ pid }) => pid).join(" ");
  const review = () => {
    discoverer.review();
  };
  return { host, pass, review, discoverer };
}

function put(host: MemoryHost, process: Described): void {
  for (const [path, file] of Object.entries(filesOf(process))) host.put(path, file);
}
