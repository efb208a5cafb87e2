import assert from "node:assert/strict";
import { createDiscoverer } from "../../../src/exporter/1-discover/discover.ts";
import { memoryHost, type MemoryFile } from "../../support/memory-host.ts";
import { bootTime, type Described, filesOf, processFiles, roots } from "./process-tree.ts";

const server = ["python", "/venv/bin/mlx_lm.server", "--port", "8080"];

describe("discovery", () => {
  it("tells whose a process is, since when it runs, and in which unit", () => {
    const cgroup = "0::/system.slice/mlx.service\n";
    const host = memoryHost(
      processFiles([{ pid: 7, parent: 3, start: 12_345, argv: server, cgroup }]),
    );
    assert.deepEqual(createDiscoverer({ rules: [] }).discover(host, roots), {
      processes: [
        {
          pid: 7,
          parentPid: 3,
          startTicks: 12_345,
          startTime: bootTime + 123.45,
          workload: "mlx_lm.server",
          runtime: "mlx_lm.server",
          role: "server",
          port: 8080,
          user: "mlx",
          unit: "mlx.service",
        },
      ],
      dropped: { processes: 0, workloads: 0 },
      seen: 1,
      readable: true,
    });
  });

  it("shows the uid where no name is known, and nothing where the kernel will not say", () => {
    const host = memoryHost(
      processFiles([
        { pid: 7, argv: server, uid: 4242 },
        { pid: 8, argv: server },
      ]),
    );
    host.put("/proc/8/status", "forbidden");
    host.put("/proc/8/cgroup", "forbidden");
    const [first, second] = createDiscoverer({ rules: [] }).discover(host, roots).processes;
    assert.equal(first?.user, "4242");
    assert.ok(second !== undefined && !("user" in second) && !("unit" in second));
  });

  it("reads the password file below the root that is watched", () => {
    const host = memoryHost(processFiles([{ pid: 7, argv: server }]));
    host.put("/host/etc/passwd", "other:x:1000:1000::/:/bin/sh\n");
    const rootfs = "/host";
    const { processes } = createDiscoverer({ rules: [] }).discover(host, { ...roots, rootfs });
    assert.equal(processes[0]?.user, "other");
  });

  it("says that procfs is not there, or holds no process", () => {
    for (const files of [{}, { "/proc/meminfo": "x" }]) {
      const found = createDiscoverer({ rules: [] }).discover(memoryHost(files), roots);
      assert.deepEqual(found, {
        processes: [],
        dropped: { processes: 0, workloads: 0 },
        seen: 0,
        readable: false,
      });
    }
  });

  it("leaves out this process and its ancestors, found through procfs's own link", () => {
    const processes: readonly Described[] = [
      { pid: 20, argv: server },
      { pid: 21, parent: 20, argv: server },
      { pid: 22, parent: 21, argv: server },
      { pid: 30, argv: server },
    ];
    const host = memoryHost(processFiles(processes), { pid: 21 });
    assert.deepEqual(pids(host), [22, 30]);
    // Where another machine's procfs is mounted, 30 is us, whatever our own kernel calls us.
    const self = filesOf({ pid: 30, argv: server })["/proc/30/stat"];
    host.put("/proc/self/stat", self ?? "");
    assert.deepEqual(pids(host), [20, 21, 22]);
  });

  it("leaves out kernel threads, the dead and those without a command line", () => {
    const host = memoryHost(
      processFiles([
        { pid: 2, argv: [], kernelThread: true },
        { pid: 3, argv: server, state: "Z" },
        { pid: 4, argv: server, state: "X" },
        { pid: 5, argv: [] },
      ]),
    );
    assert.deepEqual(pids(host), []);
    assert.ok(!host.touched.includes("/proc/2/cmdline"));
    assert.ok(!host.touched.includes("/proc/3/cmdline"));
  });

  it("never reads the command line of a process that sleeps uninterruptibly, and finds it later", () => {
    const host = memoryHost(processFiles([{ pid: 7, argv: server, state: "D" }]));
    const discoverer = createDiscoverer({ rules: [] });
    assert.deepEqual(discoverer.discover(host, roots).processes, []);
    assert.ok(!host.touched.includes("/proc/7/cmdline"));
    put(host, { pid: 7, argv: server });
    assert.equal(discoverer.discover(host, roots).processes.length, 1);
    put(host, { pid: 7, argv: server, state: "D" });
    host.touched.length = 0;
    host.clock.advance(600);
    assert.equal(discoverer.discover(host, roots).processes.length, 1, "what is known stays known");
    assert.ok(!host.touched.includes("/proc/7/cmdline"));
  });

  it("survives processes that end while they are read", () => {
    const host = memoryHost(
      processFiles([
        { pid: 7, argv: server },
        { pid: 8, argv: server },
        { pid: 9, argv: server },
      ]),
    );
    host.remove("/proc/7/stat");
    host.remove("/proc/8/cmdline");
    host.put("/proc/9/cmdline", { failed: "EIO" });
    assert.deepEqual(createDiscoverer({ rules: [] }).discover(host, roots).processes, []);
  });

  it("takes the moment of discovery for a start that cannot be placed", () => {
    const host = memoryHost(processFiles([{ pid: 7, argv: server }]), { unixSeconds: 5000 });
    host.put("/proc/stat", "cpu 1 2 3\n");
    const discoverer = createDiscoverer({ rules: [] });
    assert.equal(discoverer.discover(host, roots).processes[0]?.startTime, 5000);
    host.clock.advance(100);
    assert.equal(discoverer.discover(host, roots).processes[0]?.startTime, 5000);
  });

  it("says why an environment could not be read, of a server and of the worker that belongs to it", () => {
    const reasonsWith = (environ: MemoryFile) => {
      const host = memoryHost(
        processFiles([
          { pid: 7, argv: server },
          { pid: 8, parent: 7, argv: ["python", "-c", "x", "--multiprocessing-fork"] },
        ]),
      );
      host.put("/proc/7/environ", environ);
      const { processes } = createDiscoverer({ rules: [] }).discover(host, roots);
      return processes.map(({ role, environmentMissing }) => [role, environmentMissing]);
    };
    assert.deepEqual(reasonsWith("forbidden"), [
      ["server", "forbidden"],
      ["worker", "forbidden"],
    ]);
    assert.deepEqual(reasonsWith({ failed: "EIO" })[0], ["server", "error"]);
    assert.deepEqual(reasonsWith("")[0], ["server", undefined]);
  });
});

describe("the caps", () => {
  const crowd = Array.from({ length: 8 }, (_, index) => ({
    pid: 100 - index,
    start: index,
    argv: ["mlx_lm.server", "--model", `m${index % 4}`],
  }));

  it("keep the oldest processes and count the rest", () => {
    const host = memoryHost(processFiles(crowd));
    const found = createDiscoverer({ rules: [], maxProcesses: 3 }).discover(host, roots);
    assert.deepEqual(
      found.processes.map(({ pid }) => pid),
      [98, 99, 100],
    );
    assert.deepEqual(found.dropped, { processes: 5, workloads: 0 });
  });

  it("keep the oldest workloads with all their processes and count the rest", () => {
    const host = memoryHost(processFiles(crowd));
    const found = createDiscoverer({ rules: [], maxWorkloads: 1 }).discover(host, roots);
    assert.deepEqual(
      found.processes.map(({ pid, workload }) => `${pid} ${workload}`),
      ["96 mlx_lm.server:m0", "100 mlx_lm.server:m0"],
    );
    assert.deepEqual(found.dropped, { processes: 6, workloads: 3 });
  });
});

function pids(host: ReturnType<typeof memoryHost>): readonly number[] {
  return createDiscoverer({ rules: [] })
    .discover(host, roots)
    .processes.map(({ pid }) => pid);
}

function put(host: ReturnType<typeof memoryHost>, process: Described): void {
  for (const [path, file] of Object.entries(filesOf(process))) host.put(path, file);
}
