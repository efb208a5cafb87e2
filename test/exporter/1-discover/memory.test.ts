import assert from "node:assert/strict";
import { createDiscoverer } from "../../../src/exporter/1-discover/discover.ts";
import { type MemoryHost, memoryHost } from "../../support/memory-host.ts";
import { bootTime, type Described, filesOf, processFiles, roots } from "./process-tree.ts";

const server = ["python", "/venv/bin/mlx_lm.server"];

describe("what discovery remembers", () => {
  it("spares a second pass every read but stat", () => {
    const { host, pass } = started([
      { pid: 7, argv: server },
      { pid: 8, argv: ["sleep", "9"] },
    ]);
    assert.equal(pass(), "7");
    host.touched.length = 0;
    assert.equal(pass(), "7");
    assert.deepEqual(host.touched, ["/proc", "/proc/7/stat", "/proc/8/stat", "/proc/self/stat"]);
  });

  it("ends with the process", () => {
    const { host, pass } = started([{ pid: 7, argv: server }]);
    assert.equal(pass(), "7");
    host.remove("/proc/7");
    assert.equal(pass(), "");
    host.touched.length = 0;
    put(host, { pid: 7, argv: server });
    assert.equal(pass(), "7");
    assert.ok(host.touched.includes("/proc/7/cmdline"), "nothing of the gone process was kept");
  });

  it("is not handed on to another process under the same pid", () => {
    const { host, pass } = started([{ pid: 7, start: 100, argv: server, comm: "python" }]);
    assert.equal(pass(), "7");
    put(host, { pid: 7, start: 900, argv: ["python", "other.py"], comm: "python" });
    assert.equal(pass(), "");
  });

  it("is not handed on even while the new process cannot be looked at", () => {
    const { host, pass } = started([{ pid: 7, start: 100, argv: server }]);
    assert.equal(pass(), "7");
    put(host, { pid: 7, start: 900, argv: ["python", "other.py"], state: "D" });
    assert.equal(pass(), "");
  });

  it("gives way at once when the short name changes, as after an exec", () => {
    const { host, pass } = started([{ pid: 7, argv: ["bash", "-c", "exec mlx_lm.server"] }]);
    assert.equal(pass(), "");
    put(host, { pid: 7, argv: server, comm: "mlx_lm.server" });
    assert.equal(pass(), "7");
  });

  it("gives way within a minute when a program replaced itself under the same short name", () => {
    const { host, pass } = started([{ pid: 7, argv: ["python", "boot.py"], comm: "python" }]);
    assert.equal(pass(), "");
    put(host, { pid: 7, argv: server, comm: "python" });
    assert.equal(pass(), "");
    host.clock.advance(60);
    assert.equal(pass(), "7");
  });

  it("does not settle on the empty command line in the middle of an exec", () => {
    const { host, pass } = started([{ pid: 7, argv: [], comm: "mlx_lm.server" }]);
    assert.equal(pass(), "");
    put(host, { pid: 7, argv: server, comm: "mlx_lm.server" });
    assert.equal(pass(), "7");
  });

  it("falls due spread over the minute, each process once in every one", () => {
    const crowd = Array.from({ length: 600 }, (_, index) => ({ pid: 1000 + index, argv: ["sh"] }));
    const { host, pass } = started(crowd);
    pass();
    for (let minute = 0; minute < 3; minute++) {
      const reads: string[][] = [];
      for (let second = 0; second < 60; second += 5) {
        host.clock.advance(5);
        host.touched.length = 0;
        pass();
        reads.push(host.touched.filter((path) => path.endsWith("/cmdline")));
      }
      assert.ok(Math.max(...reads.map(({ length }) => length)) <= 100);
      assert.equal(new Set(reads.flat()).size, 600);
    }
  });

  it("gives way at once to other rules: names are new, start times are not", () => {
    const host = memoryHost(
      processFiles([
        { pid: 7, argv: server },
        { pid: 8, argv: ["python", "train.py"] },
      ]),
    );
    const discoverer = createDiscoverer({ rules: [] });
    const pass = () =>
      discoverer
        .discover(host, roots)
        .processes.map(({ workload, startTime }) => [workload, startTime]);
    assert.deepEqual(pass(), [["mlx_lm.server", bootTime + 0.07]]);
    host.put("/proc/stat", "btime 1234\n");
    discoverer.configure([
      { name: "chat", match: { runtime: "mlx_lm.server" }, expect: "never" },
      { name: "train", match: { program: "train.py" }, expect: "never" },
    ]);
    assert.deepEqual(pass(), [
      ["chat", bootTime + 0.07],
      ["train", 1234.08],
    ]);
    host.touched.length = 0;
    pass();
    assert.ok(!host.touched.includes("/proc/7/cmdline"), "due once, not for ever");
    discoverer.configure([]);
    assert.deepEqual(pass(), [["mlx_lm.server", bootTime + 0.07]]);
  });

  it("falls due spread over the minute after other rules too", () => {
    const crowd = Array.from({ length: 600 }, (_, index) => ({ pid: 1000 + index, argv: ["sh"] }));
    const host = memoryHost(processFiles(crowd));
    const discoverer = createDiscoverer({ rules: [] });
    discoverer.discover(host, roots);
    discoverer.configure([]);
    discoverer.discover(host, roots);
    host.clock.advance(10);
    host.touched.length = 0;
    discoverer.discover(host, roots);
    const reads = host.touched.filter((path) => path.endsWith("/cmdline")).length;
    assert.ok(reads > 0 && reads <= 120, String(reads));
  });

  it("keeps the start time of a process when the wall clock moves the boot time", () => {
    const host = memoryHost(processFiles([{ pid: 7, argv: server }]));
    const discoverer = createDiscoverer({ rules: [] });
    const start = () => discoverer.discover(host, roots).processes[0]?.startTime;
    const first = start();
    host.put("/proc/stat", "btime 1234\n");
    host.clock.advance(300);
    assert.equal(start(), first);
  });
});

function started(processes: readonly Described[]) {
  const host = memoryHost(processFiles(processes));
  const discoverer = createDiscoverer({ rules: [] });
  const pass = () =>
    discoverer
      .discover(host, roots)
      .processes.map(({ pid }) => pid)
      .join(" ");
  return { host, pass };
}

function put(host: MemoryHost, process: Described): void {
  for (const [path, file] of Object.entries(filesOf(process))) host.put(path, file);
}
