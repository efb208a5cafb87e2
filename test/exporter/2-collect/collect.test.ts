import assert from "node:assert/strict";
import fc from "fast-check";
import {
  collectorNames,
  collectorsOn,
  defaultCollectors,
  type CollectorName,
  type CollectorOn,
} from "../../../src/catalog/collectors.ts";
import { createCollector } from "../../../src/exporter/2-collect/collect.ts";
import type { MlxProcess } from "../../../src/model/process.ts";
import { arbitraryFile, isCount } from "../../support/arbitrary-text.ts";
import { fixtureFiles, fixtureHost, roots } from "../../support/fixture-host.ts";

const server: MlxProcess = {
  pid: 4242,
  parentPid: 1,
  startTicks: 240085,
  startTime: 0,
  workload: "chat",
  runtime: "mlx_lm.server",
  role: "server",
};

/** The collectors that did not do their work, all of them being on. */
function failures(host: ReturnType<typeof fixtureHost>): readonly string[] {
  const { outcomes } = createCollector(host, roots).collect([server], new Set(collectorNames));
  return outcomes.filter(({ success }) => !success).map(({ collector }) => collector);
}

/** The default collectors without one. */
function without(name: CollectorName): ReadonlySet<CollectorName> {
  return new Set([...defaultCollectors].filter((other) => other !== name));
}

/** Which files a pass reads with these collectors on, and what it says. */
function read(on: ReadonlySet<CollectorName>) {
  const host = withTasks();
  const {
    processes,
    host: hostReading,
    outcomes,
  } = createCollector(host, roots).collect([server], on);
  const reading = processes[0]?.reading;
  assert.ok(reading !== undefined);
  return { touched: host.touched, reading, hostReading, names: outcomes.map((o) => o.collector) };
}

function withTasks(): ReturnType<typeof fixtureHost> {
  const host = fixtureHost("unified-v2");
  const stat = host.files.read("/proc/4242/stat");
  assert.ok(stat.kind === "read");
  host.put("/proc/4242/task/4242/stat", stat.bytes);
  host.touched.length = 0;
  return host;
}

/** Every number in a reading, however deep. */
function assertCounts(reading: unknown): void {
  if (typeof reading === "number") assert.ok(isCount(reading), String(reading));
  else if (reading instanceof Map) assertCounts([...reading.values()]);
  else if (typeof reading === "object" && reading !== null)
    for (const value of Object.values(reading)) assertCounts(value);
}

describe("collect", () => {
  it("leaves out a process that ended since it was discovered: that is no failure", () => {
    const host = withTasks();
    host.remove("/proc/4242");
    assert.deepEqual(
      createCollector(host, roots).collect([server], new Set(collectorNames)).processes,
      [],
    );
    assert.deepEqual(failures(host), []);
  });

  it("leaves out a process that became a zombie while it was read, instead of finding it without limits", () => {
    const host = fixtureHost("unified-v2");
    const dying = {
      ...host,
      files: {
        ...host.files,
        readKept(path: string) {
          if (path === "/proc/4242/cgroup") {
            const stat = host.files.read("/proc/4242/stat");
            assert.ok(stat.kind === "read");
            host.put("/proc/4242/stat", stat.bytes.toString().replace(") S ", ") Z "));
            host.put("/proc/4242/cgroup", "0::/\n");
          }
          return host.files.readKept(path);
        },
      },
    };
    assert.deepEqual(
      createCollector(dying, roots).collect([server], defaultCollectors).processes,
      [],
    );
  });

  it("takes a controller that is not mounted for no failure, and a refusal for one", () => {
    const host = withTasks();
    host.put("/sys/fs/cgroup/cgroup.controllers", "memory\n");
    assert.deepEqual(failures(host), []);
    host.put("/proc/4242/cgroup", "forbidden");
    assert.deepEqual(failures(host), ["cgroup"]);
  });

  it("never throws, and never yields a figure that is no count, whatever the files of a machine hold", () => {
    const files = Object.keys(fixtureFiles("unified-v2")).filter((path) => !path.endsWith("/stat"));
    const shown = [
      "/proc/self/mountinfo",
      "/proc/4242/cgroup",
      "/sys/fs/cgroup/cgroup.controllers",
    ];
    const spoilt = fc.array(fc.tuple(fc.constantFrom(...files), arbitraryFile), { maxLength: 60 });
    fc.assert(
      fc.property(spoilt, fc.boolean(), (contents, all) => {
        const host = fixtureHost("unified-v2");
        for (const [path, bytes] of contents)
          if (all || !shown.includes(path)) host.put(path, bytes);
        const collector = createCollector(host, roots);
        const { processes, host: machine } = collector.collect([server], new Set(collectorNames));
        collector.pulse([server]);
        for (const { reading } of processes) assertCounts(reading);
        assertCounts(machine);
      }),
      { numRuns: 300 },
    );
  });

  it("keeps the processes when the host's own figures cannot be read", () => {
    const host = withTasks();
    host.put("/proc/meminfo", { failed: "EIO" });
    const { processes } = createCollector(host, roots).collect([server], defaultCollectors);
    assert.equal(processes.length, 1);
    assert.deepEqual(failures(host), ["host"]);
  });

  it("takes a refusal of what is another user's for no failure, and a failed read for one", () => {
    const host = withTasks();
    for (const path of ["io", "fd", "task"]) host.put(`/proc/4242/${path}`, "forbidden");
    assert.deepEqual(failures(host), []);
    for (const path of ["io", "fd", "task"]) host.put(`/proc/4242/${path}`, { failed: "EIO" });
    assert.deepEqual(failures(host), ["io", "fds", "connections", "threads"]);
  });

  it("takes a kernel that keeps no pressure for no failure, and one that refuses it for one", () => {
    const host = withTasks();
    host.remove("/proc/pressure");
    assert.deepEqual(failures(host), []);
    host.put("/proc/pressure/io", "forbidden");
    assert.deepEqual(failures(host), ["pressure"]);
  });

  it("has an outcome for each collector that is on, in the catalogue's order, and for no other", () => {
    assert.deepEqual(
      read(new Set(collectorNames)).names,
      collectorsOn("linux").filter(
        (name) => !["discover", "containers", "kubernetes"].includes(name),
      ),
    );
    assert.deepEqual(read(new Set<CollectorName>(["process", "host"])).names, ["host", "process"]);
  });

  // Of nvidia see nvidia.test.ts, of containers and kubernetes the tests of housing: what they read is no file.
  type Unfiled = "discover" | "host" | "process" | "nvidia" | "containers" | "kubernetes";
  type Files = Exclude<CollectorOn<"linux">, Unfiled>;
  const owned: Readonly<Record<Files, RegExp>> = {
    pressure: /^\/proc\/pressure/,
    io: /^\/proc\/4242\/io$/,
    fds: /^\/proc\/4242\/fd$/,
    connections: /^\/proc\/4242\/(net\/|fd)/,
    allocator: /mlx-headroom\/4242[.]json$/,
    cgroup: /cgroup|mountinfo/,
    threads: /^\/proc\/4242\/task/,
  };
  // The descriptors of a process are counted by one and followed by the other.
  const shared: readonly string[] = ["fds", "connections"];
  for (const [name, files] of Object.entries(owned)) {
    it(`touches the files of ${name} only while it is on, and no other for it`, () => {
      const collector = name as CollectorName;
      const others = [...defaultCollectors].filter(
        (other) => other !== name && !(shared.includes(name) && shared.includes(other)),
      );
      const off = read(new Set(others)).touched;
      const on = read(new Set([...others, collector])).touched;
      assert.ok(!off.some((path) => files.test(path)));
      assert.ok(on.some((path) => files.test(path)));
      assert.deepEqual(
        on.filter((path) => !files.test(path)),
        off,
      );
    });
  }

  it("says of what is switched off that nobody measures it", () => {
    const unread = { missing: "not_measured" };
    assert.deepEqual(read(without("io")).reading.usage.diskReadBytes, unread);
    assert.deepEqual(read(without("io")).reading.usage.diskWrittenBytes, unread);
    assert.deepEqual(read(without("fds")).reading.usage.openFds, unread);
    assert.equal(read(without("connections")).reading.connections, undefined);
    assert.deepEqual(read(without("pressure")).hostReading.pressure, []);
    assert.equal(read(without("threads")).reading.threads, undefined);
    assert.deepEqual(read(without("allocator")).reading.allocator.activeBytes, unread);
    const { memory, missing, oomFiles } = read(without("cgroup")).reading.cgroup;
    assert.deepEqual(memory, []);
    assert.deepEqual(Object.values(missing), ["not_measured", "not_measured", "not_measured"]);
    assert.deepEqual(oomFiles, ["/proc/vmstat"], "the host still tells of OOM kills");
  });

  it("reads threads before their process, so that they never add up to more", () => {
    const { touched } = read(new Set(collectorNames));
    const first = touched.indexOf("/proc/4242/task");
    assert.ok(first !== -1 && first < touched.indexOf("/proc/4242/stat"));
  });
});
