import assert from "node:assert/strict";
import fc from "fast-check";
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

function successes(host: ReturnType<typeof fixtureHost>): Readonly<Record<string, boolean>> {
  return Object.fromEntries(
    createCollector(host, roots)
      .collect([server])
      .outcomes.map(({ collector, success }) => [collector, success]),
  );
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
    const host = fixtureHost("unified-v2");
    host.remove("/proc/4242");
    assert.deepEqual(createCollector(host, roots).collect([server]).processes, []);
    assert.deepEqual(successes(host), { host: true, process: true, cgroup: true });
  });

  it("leaves out a process that became a zombie while it was read, instead of finding it without limits", () => {
    const host = fixtureHost("unified-v2");
    const dying = {
      ...host,
      files: {
        ...host.files,
        read(path: string, maxBytes?: number) {
          if (path === "/proc/4242/cgroup") {
            const stat = host.files.read("/proc/4242/stat");
            assert.ok(stat.kind === "read");
            host.put("/proc/4242/stat", stat.bytes.toString().replace(") S ", ") Z "));
            host.put("/proc/4242/cgroup", "0::/\n");
          }
          return host.files.read(path, maxBytes);
        },
      },
    };
    assert.deepEqual(createCollector(dying, roots).collect([server]).processes, []);
  });

  it("takes a controller that is not mounted for no failure, and a refusal for one", () => {
    const host = fixtureHost("unified-v2");
    host.put("/sys/fs/cgroup/cgroup.controllers", "memory\n");
    assert.deepEqual(successes(host), { host: true, process: true, cgroup: true });
    host.put("/proc/4242/cgroup", "forbidden");
    assert.deepEqual(successes(host), { host: true, process: true, cgroup: false });
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
        const { processes, host: machine } = collector.collect([server]);
        collector.pulse([server]);
        for (const { reading } of processes) assertCounts(reading);
        assertCounts(machine);
      }),
      { numRuns: 300 },
    );
  });

  it("keeps the processes when the host's own figures cannot be read", () => {
    const host = fixtureHost("unified-v2");
    host.put("/proc/meminfo", { failed: "EIO" });
    const { processes } = createCollector(host, roots).collect([server]);
    assert.equal(processes.length, 1);
    assert.deepEqual(successes(host), { host: false, process: true, cgroup: true });
  });
});
