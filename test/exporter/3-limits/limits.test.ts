import assert from "node:assert/strict";
import { defaultCollectors } from "../../../src/catalog/collectors.ts";
import { collect } from "../../../src/exporter/2-collect/collect.ts";
import { limitsOf } from "../../../src/exporter/3-limits/limits.ts";
import type { Rates } from "../../../src/exporter/3-limits/sources.ts";
import type { Limit } from "../../../src/model/limit.ts";
import type { MlxProcess } from "../../../src/model/process.ts";
import { known, missing } from "../../../src/model/reading.ts";
import { fixtureHost, roots } from "../../support/fixture-host.ts";
import type { MemoryHost } from "../../support/memory-host.ts";

const gibibyte = 1024 ** 3;
const rates: Rates = { process: known(0.5), host: known(1.5), level: () => known(0.75) };

function judged(host: MemoryHost, given: Rates = rates): ReturnType<typeof limitsOf> {
  const server: MlxProcess = {
    pid: 4242,
    parentPid: 1,
    startTicks: 240085,
    startTime: 0,
    workload: "chat",
    runtime: "mlx_lm.server",
    role: "server",
  };
  const collected = collect(host, roots, [server], defaultCollectors);
  const process = collected.processes[0]?.reading;
  assert.ok(process !== undefined);
  return limitsOf({ process, host: collected.host, rates: given });
}

function find(
  { limits }: ReturnType<typeof limitsOf>,
  resource: string,
  source: string,
): Limit | undefined {
  return limits.find((limit) => limit.resource === resource && limit.source === source);
}

describe("limits", () => {
  it("lets the slice that a sibling has filled bind, not the service's own smaller limit", () => {
    const result = judged(fixtureHost("unified-v2"));
    const limit = find(result, "memory", "cgroup");
    assert.equal(limit?.scope, "/mlx.slice");
    assert.equal(limit.limit, 8 * gibibyte);
    assert.equal(limit.headroom, 8 * gibibyte - (7 * gibibyte + 100 * 1024 ** 2));
    assert.equal(limit.binding, true);
  });

  it("never lets a soft limit bind, however little is left under it", () => {
    const limit = find(judged(fixtureHost("unified-v2")), "memory", "cgroup_high");
    assert.equal(limit?.kind, "soft");
    assert.equal(limit.headroom, 5 * gibibyte - (4 * gibibyte + 256 * 1024 ** 2));
    assert.equal(limit.binding, false);
  });

  it("compares RLIMIT_AS with the address space, and the host's memory with what is available", () => {
    const result = judged(fixtureHost("unified-v2"));
    assert.equal(find(result, "memory", "rlimit_as")?.headroom, 16 * gibibyte - 7340032 * 1024);
    assert.equal(find(result, "memory", "host")?.headroom, 16 * gibibyte);
    assert.equal(find(result, "memory", "host")?.scope, "host");
  });

  it("compares a quota with the level's CPU rate, and the machine with its busy CPUs", () => {
    const result = judged(fixtureHost("unified-v2"));
    assert.deepEqual(
      [find(result, "cpu", "quota")?.headroom, find(result, "cpu", "host")?.headroom],
      [3 - 0.75, 4 - 1.5],
    );
    assert.equal(find(result, "cpu", "quota")?.binding, true);
  });

  it("takes CPUs that are all of the machine's for no limit", () => {
    const result = judged(fixtureHost("unified-v2"));
    assert.equal(find(result, "cpu", "cpuset"), undefined);
    assert.ok(
      result.unavailable.some(
        ({ field, reason }) => field === "cpu_limit/cpuset" && reason === "unlimited",
      ),
    );
  });

  it("takes a CPU affinity narrower than the machine for a limit on the process's own rate", () => {
    const host = fixtureHost("unified-v2");
    const status = host.files.read("/proc/4242/status");
    assert.ok(status.kind === "read");
    host.put("/proc/4242/status", status.bytes.toString().replace("list:\t0-3", "list:\t1-2"));
    assert.equal(find(judged(host), "cpu", "cpuset")?.headroom, 2 - 0.5);
  });

  it("counts tasks against pids.max, and names the narrower of it and the machine", () => {
    const result = judged(fixtureHost("unified-v2"));
    assert.equal(find(result, "threads", "pids")?.headroom, 500);
    assert.equal(find(result, "threads", "pids")?.binding, true);
    assert.equal(find(result, "threads", "host")?.headroom, 256000 - 1350);
  });

  it("publishes RLIMIT_NPROC as a limit alone and says that usage is not measured", () => {
    const result = judged(fixtureHost("unified-v2"));
    const limit = find(result, "threads", "rlimit_nproc");
    assert.equal(limit?.limit, 96365);
    assert.equal(limit.headroom, undefined);
    assert.ok(
      result.unavailable.some(
        ({ field, reason }) =>
          field === "threads_headroom/rlimit_nproc" && reason === "not_measured",
      ),
    );
  });

  it("compares swap with the level's own swap limit, and never lets the machine's swap bind", () => {
    const result = judged(fixtureHost("unified-v2"));
    assert.equal(find(result, "swap", "cgroup")?.headroom, gibibyte - 128 * 1024 ** 2);
    assert.equal(find(result, "swap", "cgroup")?.binding, true);
    assert.equal(find(result, "swap", "host")?.headroom, 8126464 * 1024);
    assert.equal(find(result, "swap", "host")?.binding, false);
  });

  it("knows no swap limit of its own in version 1, which counts memory and swap together", () => {
    const result = judged(fixtureHost("hybrid-v1"));
    assert.equal(find(result, "swap", "cgroup"), undefined);
    assert.ok(
      result.unavailable.some(
        ({ field, reason }) => field === "swap_limit/cgroup" && reason === "unsupported",
      ),
    );
  });

  it("keeps a swap limit of 0 apart from no limit: nothing is left, and there is no ratio", () => {
    const host = fixtureHost("unified-v2");
    host.put("/sys/fs/cgroup/mlx.slice/chat.service/memory.swap.max", "0\n");
    host.put("/sys/fs/cgroup/mlx.slice/chat.service/memory.swap.current", "0\n");
    const result = judged(host);
    const limit = find(result, "swap", "cgroup");
    assert.deepEqual([limit?.limit, limit?.headroom, limit?.ratio], [0, 0, undefined]);
    assert.ok(
      result.unavailable.some(
        ({ field, reason }) => field === "swap_ratio/cgroup" && reason === "zero_limit",
      ),
    );
  });

  it("compares RLIMIT_CPU with the CPU seconds used, and RLIMIT_MEMLOCK with locked memory", () => {
    const host = fixtureHost("unified-v2");
    const limits = host.files.read("/proc/4242/limits");
    assert.ok(limits.kind === "read");
    const row = "Max cpu time              3600                 unlimited            seconds   ";
    host.put("/proc/4242/limits", limits.bytes.toString().replace(/^Max cpu time.*$/m, row));
    const result = judged(host);
    assert.equal(find(result, "cpu_time", "rlimit")?.headroom, 3600 - 1);
    assert.equal(find(result, "locked_memory", "rlimit")?.headroom, 8 * 1024 ** 2);
    assert.equal(find(judged(fixtureHost("unified-v2")), "cpu_time", "rlimit"), undefined);
  });

  it("counts descriptors against RLIMIT_NOFILE", () => {
    assert.equal(find(judged(fixtureHost("unified-v2")), "open_fds", "rlimit")?.headroom, 2048 - 7);
  });

  it("has limits without headroom before a rate is known, and nothing of CPU binds then", () => {
    const unmeasured = missing("not_measured");
    const result = judged(fixtureHost("unified-v2"), {
      process: unmeasured,
      host: unmeasured,
      level: () => unmeasured,
    });
    assert.equal(find(result, "cpu", "quota")?.limit, 3);
    assert.ok(
      result.limits.every(
        (limit) => limit.resource !== "cpu" || (!limit.binding && limit.headroom === undefined),
      ),
    );
  });

  it("binds at most one hard limit per resource, the one with least absolute headroom", () => {
    for (const name of ["hybrid-v1", "unified-v2"]) {
      const { limits } = judged(fixtureHost(name));
      for (const resource of ["memory", "cpu", "threads", "open_fds", "locked_memory"]) {
        const hard = limits.filter((limit) => limit.resource === resource && limit.kind === "hard");
        const least = Math.min(...hard.map((limit) => limit.headroom ?? Infinity));
        const binding = limits.filter((limit) => limit.resource === resource && limit.binding);
        assert.equal(binding.length, 1);
        assert.equal(binding[0]?.headroom, least);
      }
    }
  });

  it("gives a reason for every source that is not there", () => {
    for (const name of ["hybrid-v1", "unified-v2"]) {
      const { limits, unavailable } = judged(fixtureHost(name));
      const named = new Set([
        ...limits.map(({ resource, source }) => `${resource}/${source}`),
        ...unavailable.map(({ field }) => field.replace(/_(limit|headroom|ratio)\//, "/")),
      ]);
      assert.equal(named.size, 16);
    }
  });
});
