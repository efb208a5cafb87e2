import assert from "node:assert/strict";
import { createDiscoverer } from "../../../src/exporter/1-discover/discover.ts";
import { parseForks, parseLastPid } from "../../../src/exporter/1-discover/linux-births.ts";
import { memoryHost, type MemoryHost } from "../../support/memory-host.ts";
import type { RiskyRead } from "../../../src/model/host.ts";
import { type Described, filesOf, lastPidFiles, processFiles, roots } from "./process-tree.ts";

const server = ["python", "/venv/bin/mlx_lm.server"];
const old: readonly Described[] = [
  { pid: 1, argv: ["init"] },
  { pid: 40, argv: ["sleep", "9"] },
];

/** A machine whose kernel has given out pids up to `lastPid`, looked at once. */
async function lookedAt(lastPid: number, pidMax?: number) {
  const host = memoryHost({ ...processFiles(old), ...lastPidFiles(lastPid, pidMax) });
  const discoverer = createDiscoverer(host, roots, { rules: [] });
  const found = async () => (await discoverer.discover()).processes.map(({ pid }) => pid);
  await found();
  host.touched.length = 0;
  return { host, found };
}

function born(host: MemoryHost, lastPid: number, ...processes: readonly Described[]): void {
  for (const process of processes) putAll(host, filesOf(process));
  putAll(host, lastPidFiles(lastPid));
}

function putAll(host: MemoryHost, files: Readonly<Record<string, unknown>>): void {
  for (const [path, file] of Object.entries(files)) host.put(path, file as string);
}

const isList = (path: string) => path === "/proc";

describe("new processes", () => {
  it("are found between the pid that was last and the one that is, without a list of all", async () => {
    const { host, found } = await lookedAt(40);
    born(host, 43, { pid: 42, argv: server });
    assert.deepEqual(await found(), [42]);
    assert.ok(!host.touched.some(isList));
    assert.ok(!host.touched.includes("/proc/40/stat"));
  });

  it("are found when the pids have begun again from the bottom", async () => {
    const { host, found } = await lookedAt(995, 1000);
    putAll(host, { ...filesOf({ pid: 999, argv: server }), ...filesOf({ pid: 3, argv: server }) });
    putAll(host, lastPidFiles(5, 1000));
    assert.deepEqual(await found(), [3, 999]);
    assert.ok(!host.touched.some(isList));
  });

  it("are asked for again when the kernel had given out their pid and did not show them yet", async () => {
    const { host, found } = await lookedAt(40);
    born(host, 42);
    assert.deepEqual(await found(), []);
    born(host, 42, { pid: 42, argv: server });
    host.clock.advance(1);
    assert.deepEqual(await found(), [42]);
    assert.ok(!host.touched.some(isList));
  });

  it("that are gone before they are looked at are asked for twice more and then forgotten", async () => {
    const { host, found } = await lookedAt(40);
    born(host, 42);
    await found();
    for (let second = 0; second < 10; second++) {
      host.clock.advance(1);
      await found();
    }
    const asked = host.touched.filter((path) => path === "/proc/41/stat");
    assert.equal(asked.length, 3);
  });

  it("are told from threads, which the kernel answers for as well", async () => {
    const { host, found } = await lookedAt(40);
    born(host, 43, { pid: 42, argv: server }, { pid: 43, argv: server, threadOf: 42 });
    assert.deepEqual(await found(), [42]);
  });

  it("under the pid of a process that was known are looked at", async () => {
    const { host, found } = await lookedAt(39);
    born(host, 40, { pid: 40, start: 900, argv: server });
    host.clock.advance(1);
    assert.deepEqual(await found(), [40]);
  });

  it("are found in a list of all where so many came that asking for each would cost more", async () => {
    const { host, found } = await lookedAt(40);
    born(host, 1040, { pid: 942, argv: server });
    assert.deepEqual(await found(), [942]);
    assert.ok(host.touched.some(isList));
    assert.ok(!host.touched.includes("/proc/900/stat"));
  });

  it("are found in a list of all once a minute, whatever the kernel's counters say", async () => {
    const { host, found } = await lookedAt(40);
    born(host, 40, { pid: 30, argv: server });
    host.clock.advance(59);
    assert.deepEqual(await found(), []);
    host.clock.advance(1);
    assert.deepEqual(await found(), [30]);
  });

  it("in another namespace's procfs are looked for when the machine has forked, and only then", async () => {
    const forks = (count: number) => ({ "/proc/stat": `btime 1\nprocesses ${count}\n` });
    const host = memoryHost({
      ...processFiles(old),
      ...lastPidFiles(40),
      ...forks(7),
      "/proc/self/status": "NSpid:\t4000000\t7\n",
    });
    const discoverer = createDiscoverer(host, roots, { rules: [] });
    const found = async () => (await discoverer.discover()).processes.map(({ pid }) => pid);
    await found();
    putAll(host, filesOf({ pid: 42, argv: server }));
    host.touched.length = 0;
    assert.deepEqual(await found(), []);
    assert.ok(!host.touched.some(isList));
    putAll(host, forks(8));
    assert.deepEqual(await found(), [42]);
  });

  it("are counted by the kernel in lines that are read or left alone", () => {
    assert.equal(parseLastPid("0.20 0.18 0.12 1/80 11206\n"), 11206);
    assert.equal(parseForks("cpu 1\nprocesses 86031\nprocs_running 1\n"), 86031);
    for (const text of ["", "0.20 0.18", "0 0 0 1/80 x", "processes -1", "xprocesses 3"]) {
      assert.equal(parseLastPid(text), undefined);
      assert.equal(parseForks(text), undefined);
    }
  });
});

describe("a command line that blocks whoever reads it", () => {
  it("holds up no other process, is counted, and is read again within a minute", async () => {
    const host = memoryHost(
      processFiles([
        { pid: 7, argv: server },
        { pid: 8, argv: server },
      ]),
    );
    host.put("/proc/7/cmdline", "blocked");
    const discoverer = createDiscoverer(host, roots, { rules: [] });
    discoverer.review();
    const first = await discoverer.discover();
    assert.deepEqual([first.processes.map(({ pid }) => pid), first.blocked], [[8], 1]);
    putAll(host, filesOf({ pid: 7, argv: server }));
    for (let second = 0; second < 60; second++) {
      host.clock.advance(1);
      discoverer.review();
    }
    const later = await discoverer.discover();
    assert.deepEqual([later.processes.map(({ pid }) => pid), later.blocked], [[7, 8], 0]);
  });

  it("leaves known what was known before it blocked", async () => {
    const host = memoryHost(processFiles([{ pid: 7, argv: server }]));
    const discoverer = createDiscoverer(host, roots, { rules: [] });
    await discoverer.discover();
    host.put("/proc/7/cmdline", "blocked");
    discoverer.configure([]);
    const { processes, blocked } = await discoverer.discover();
    assert.deepEqual([processes.map(({ pid }) => pid), blocked], [[7], 1]);
  });

  it("is waited for a quarter of a second and no longer", async () => {
    const host = memoryHost(processFiles([{ pid: 7, argv: server }]));
    const silent = { read: () => new Promise<never>(() => undefined), close: () => undefined };
    const discoverer = createDiscoverer({ ...host, riskyFiles: silent }, roots, { rules: [] });
    const looking = discoverer.discover();
    host.clock.advance(0.25);
    assert.deepEqual((await looking).processes, []);
  });

  it("is counted when it takes long, too: the child that reads it may be slow to start", async () => {
    const host = memoryHost(processFiles([{ pid: 7, argv: server }]));
    let answer: (reads: readonly RiskyRead[]) => void = () => undefined;
    const reads = new Promise<readonly RiskyRead[]>((resolve) => (answer = resolve));
    const slow = { read: () => reads, close: () => undefined };
    const discoverer = createDiscoverer({ ...host, riskyFiles: slow }, roots, { rules: [] });
    const look = async (seconds: number) => {
      const looking = discoverer.discover();
      host.clock.advance(seconds);
      const { blocked, processes } = await looking;
      return [blocked, processes.length];
    };
    assert.deepEqual(await look(0.25), [0, 0]);
    assert.deepEqual(await look(2), [1, 0]);
    answer([{ kind: "read", bytes: Buffer.from(`${server.join("\0")}\0`) }]);
    assert.deepEqual(await look(0.25), [0, 1]);
  });
});
