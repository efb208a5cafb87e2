import assert from "node:assert/strict";
import { collect } from "../../../src/exporter/2-collect/collect.ts";
import type { MlxProcess } from "../../../src/model/process.ts";
import { fixtureHost, roots } from "../../support/fixture-host.ts";

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
    collect(host, roots, [server]).outcomes.map(({ collector, success }) => [collector, success]),
  );
}

describe("collect", () => {
  it("leaves out a process that ended since it was discovered: that is no failure", () => {
    const host = fixtureHost("unified-v2");
    host.remove("/proc/4242");
    assert.deepEqual(collect(host, roots, [server]).processes, []);
    assert.deepEqual(successes(host), { host: true, process: true, cgroup: true });
  });

  it("takes a controller that is not mounted for no failure, and a refusal for one", () => {
    const host = fixtureHost("unified-v2");
    host.put("/sys/fs/cgroup/cgroup.controllers", "memory\n");
    assert.deepEqual(successes(host), { host: true, process: true, cgroup: true });
    host.put("/proc/4242/cgroup", "forbidden");
    assert.deepEqual(successes(host), { host: true, process: true, cgroup: false });
  });

  it("keeps the processes when the host's own figures cannot be read", () => {
    const host = fixtureHost("unified-v2");
    host.put("/proc/meminfo", { failed: "EIO" });
    const { processes } = collect(host, roots, [server]);
    assert.equal(processes.length, 1);
    assert.deepEqual(successes(host), { host: false, process: true, cgroup: true });
  });
});
