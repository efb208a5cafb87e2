import assert from "node:assert/strict";
import { createDiscoverer } from "../../../src/exporter/1-discover/discover.ts";
import { memoryHost, type MemoryFile } from "../../support/memory-host.ts";
import { bootTime, type Described, filesOf, processFiles, roots } from "./process-tree.ts";

const server = ["python", "/venv/bin/mlx_lm.server", "--port", "8080"];

describe("discovery", () => {
  it("tells whose a process is, since when it runs, and in which unit", async () => {
    const cgroup = "0::/system.slice/mlx.service\n";
    const host = memoryHost(
      processFiles([
        { pid: 2, argv: [], comm: "kthreadd", kernelThread: true },
        { pid: 7, parent: 3, start: 12_345, argv: server, cgroup },
      ]),
    );
    assert.deepEqual(await createDiscoverer(host, roots, { rules: [] }).discover(), {
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
      dropped: { processes: 0, workloads: 0, labels: 0 },
      readable: true,
      blocked: 0,
      numbersAreOurs: false,
    });
  });

  it("shows the uid where no name is known, and nothing where the kernel will not say", async () => {
    const host = memoryHost(
      processFiles([
        { pid: 7, argv: server, uid: 4242 },
        { pid: 8, argv: server },
      ]),
    );
    host.put("/proc/8/status", "forbidden");
    host.put("/proc/8/cgroup", "forbidden");
    const [first, second] = (await createDiscoverer(host, roots, { rules: [] }).discover())
      .processes;
    assert.equal(first?.user, "4242");
    assert.ok(second !== undefined && !("user" in second) && !("unit" in second));
  });

  it("reads the password file below the root that is watched", async () => {
    const host = memoryHost(processFiles([{ pid: 7, argv: server }]));
    host.put("/host/etc/passwd", "other:x:1000:1000::/:/bin/sh\n");
    const rootfs = "/host";
    const { processes } = await createDiscoverer(
      host,
      { ...roots, rootfs },
      { rules: [] },
    ).discover();
    assert.equal(processes[0]?.user, "other");
  });

  it("says that procfs is not there, or holds no process", async () => {
    for (const files of [{}, { "/proc/meminfo": "x" }]) {
      const found = await createDiscoverer(memoryHost(files), roots, { rules: [] }).discover();
      assert.deepEqual(found, {
        processes: [],
        dropped: { processes: 0, workloads: 0, labels: 0 },
        readable: false,
        blocked: 0,
        numbersAreOurs: false,
      });
    }
  });

  it("leaves out this process and its ancestors, found through procfs's own link", async () => {
    const processes: readonly Described[] = [
      { pid: 20, argv: server },
      { pid: 21, parent: 20, argv: server },
      { pid: 22, parent: 21, argv: server },
      { pid: 30, argv: server },
    ];
    const host = memoryHost(processFiles(processes), { pid: 21 });
    assert.deepEqual(await pids(host), [22, 30]);
    // Where another machine's procfs is mounted, 30 is us, whatever our own kernel calls us.
    const self = filesOf({ pid: 30, argv: server })["/proc/30/stat"];
    host.put("/proc/self/stat", self ?? "");
    assert.deepEqual(await pids(host), [20, 21, 22]);
  });

  it("leaves out kernel threads, the dead and those without a command line", async () => {
    const host = memoryHost(
      processFiles([
        { pid: 2, argv: [], kernelThread: true },
        { pid: 3, argv: server, state: "Z" },
        { pid: 4, argv: server, state: "X" },
        { pid: 5, argv: [] },
      ]),
    );
    assert.deepEqual(await pids(host), []);
    assert.ok(!host.touched.includes("/proc/2/cmdline"));
    assert.ok(!host.touched.includes("/proc/3/cmdline"));
  });

  it("never reads the command line of a process that sleeps uninterruptibly, and finds it later", async () => {
    const host = memoryHost(processFiles([{ pid: 7, argv: server, state: "D" }]));
    const discoverer = createDiscoverer(host, roots, { rules: [] });
    assert.deepEqual((await discoverer.discover()).processes, []);
    assert.ok(!host.touched.includes("/proc/7/cmdline"));
    put(host, { pid: 7, argv: server });
    assert.equal((await discoverer.discover()).processes.length, 1);
    put(host, { pid: 7, argv: server, state: "D" });
    host.touched.length = 0;
    host.clock.advance(600);
    assert.equal((await discoverer.discover()).processes.length, 1, "what is known stays known");
    assert.ok(!host.touched.includes("/proc/7/cmdline"));
  });

  it("survives processes that end while they are read", async () => {
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
    assert.deepEqual((await createDiscoverer(host, roots, { rules: [] }).discover()).processes, []);
  });

  it("takes the moment of discovery for a start that cannot be placed", async () => {
    const host = memoryHost(processFiles([{ pid: 7, argv: server }]), { unixSeconds: 5000 });
    host.put("/proc/stat", "cpu 1 2 3\n");
    const discoverer = createDiscoverer(host, roots, { rules: [] });
    assert.equal((await discoverer.discover()).processes[0]?.startTime, 5000);
    host.clock.advance(100);
    assert.equal((await discoverer.discover()).processes[0]?.startTime, 5000);
  });

  it("says why an environment could not be read, of a server and of the worker that belongs to it", async () => {
    const reasonsWith = async (environ: MemoryFile) => {
      const host = memoryHost(
        processFiles([
          { pid: 7, argv: server },
          { pid: 8, parent: 7, argv: ["python", "-c", "x", "--multiprocessing-fork"] },
        ]),
      );
      host.put("/proc/7/environ", environ);
      const { processes } = await createDiscoverer(host, roots, { rules: [] }).discover();
      return processes.map(({ role, environmentMissing }) => [role, environmentMissing]);
    };
    assert.deepEqual(await reasonsWith("forbidden"), [
      ["server", "forbidden"],
      ["worker", "forbidden"],
    ]);
    assert.deepEqual((await reasonsWith({ failed: "EIO" }))[0], ["server", "error"]);
    assert.deepEqual((await reasonsWith(""))[0], ["server", undefined]);
  });
});

describe("the caps", () => {
  const crowd = Array.from({ length: 8 }, (_, index) => ({
    pid: 100 - index,
    start: index,
    argv: ["mlx_lm.server", "--model", `m${index % 4}`],
  }));

  it("keep the oldest processes and count the rest", async () => {
    const host = memoryHost(processFiles(crowd));
    const found = await createDiscoverer(host, roots, { rules: [], maxProcesses: 3 }).discover();
    assert.deepEqual(
      found.processes.map(({ pid }) => pid),
      [98, 99, 100],
    );
    assert.deepEqual(found.dropped, { processes: 5, workloads: 0, labels: 0 });
  });

  it("keep the oldest workloads with all their processes and count the rest", async () => {
    const host = memoryHost(processFiles(crowd));
    const found = await createDiscoverer(host, roots, { rules: [], maxWorkloads: 1 }).discover();
    assert.deepEqual(
      found.processes.map(({ pid, workload }) => `${pid} ${workload}`),
      ["96 mlx_lm.server:m0", "100 mlx_lm.server:m0"],
    );
    assert.deepEqual(found.dropped, { processes: 6, workloads: 3, labels: 0 });
  });
});

async function pids(host: ReturnType<typeof memoryHost>): Promise<readonly number[]> {
  return (await createDiscoverer(host, roots, { rules: [] }).discover()).processes.map(
    ({ pid }) => pid,
  );
}

function put(host: ReturnType<typeof memoryHost>, process: Described): void {
  for (const [path, file] of Object.entries(filesOf(process))) host.put(path, file);
}
