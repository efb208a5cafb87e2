import assert from "node:assert/strict";
import fc from "fast-check";
import { defaultCollectors } from "../../../src/catalog/collectors.ts";
import { createCollector } from "../../../src/exporter/2-collect/collect.ts";
import { limitsOf } from "../../../src/exporter/3-limits/limits.ts";
import type { Rates } from "../../../src/exporter/3-limits/source-row.ts";
import type { Limit } from "../../../src/model/limit.ts";
import type { MlxProcess } from "../../../src/model/process.ts";
import type { CgroupReading } from "../../../src/model/cgroup-reading.ts";
import { known, missing, valueOf, type Figure } from "../../../src/model/figure.ts";
import type { DarwinHost } from "../../../src/model/reading.ts";
import { fixtureHost, roots } from "../../support/fixture-host.ts";
import type { MemoryHost } from "../../support/memory-host.ts";

const gibibyte = 1024 ** 3;
/** A process of which no cgroup is known to limit anything. */
const none: CgroupReading = {
  memory: [],
  cpu: [],
  pids: [],
  cpuset: [],
  missing: {},
  unavailable: [],
  oomFiles: [],
};
const rates: Rates = { process: known(0.5), host: known(1.5), level: () => known(0.75) };

/** What one pass reads of the server and of the machine. */
function collected(host: MemoryHost) {
  const server: MlxProcess = {
    pid: 4242,
    parentPid: 1,
    startTicks: 240085,
    startTime: 0,
    workload: "chat",
    runtime: "mlx_lm.server",
    role: "server",
  };
  const pass = createCollector(host, roots).collect([server], defaultCollectors);
  const process = pass.processes[0]?.reading;
  assert.ok(process !== undefined);
  return { process, host: pass.host };
}

function judged(host: MemoryHost, given: Rates = rates): ReturnType<typeof limitsOf> {
  return limitsOf({ ...collected(host), identity: {}, rates: given });
}

function find(
  { limits }: ReturnType<typeof limitsOf>,
  resource: string,
  source: string,
): Limit | undefined {
  return limits.find((limit) => limit.resource === resource && limit.source === source);
}

describe("limits", () => {
  it("holds what MLX's allocator has in use against MLX's own limit, which is soft and never binds", () => {
    const { process, host } = collected(fixtureHost("unified-v2"));
    const allocator = {
      ...process.allocator,
      activeBytes: known(3 * gibibyte),
      memoryLimitBytes: known(2 * gibibyte),
    };
    const result = limitsOf({ process: { ...process, allocator }, host, identity: {}, rates });
    assert.deepEqual(find(result, "memory", "mlx"), {
      resource: "memory",
      source: "mlx",
      kind: "soft",
      scope: "process",
      limit: 2 * gibibyte,
      usage: 3 * gibibyte,
      headroom: -gibibyte,
      ratio: -0.5,
      binding: false,
    });
    assert.equal(find(result, "memory", "cgroup")?.binding, true);
  });

  it("knows MLX's limit without what is in use when the last report is old", () => {
    const { process, host } = collected(fixtureHost("unified-v2"));
    const allocator = { ...process.allocator, memoryLimitBytes: known(gibibyte) };
    const result = limitsOf({ process: { ...process, allocator }, host, identity: {}, rates });
    const limit = find(result, "memory", "mlx");
    assert.deepEqual([limit?.limit, limit?.headroom], [gibibyte, undefined]);
    const field = "memory_headroom/mlx";
    assert.ok(result.unavailable.some((absent) => absent.field === field));
  });

  describe("on a Mac", () => {
    const set = (wiredLimitBytes: Figure) => {
      const { process, host } = collected(fixtureHost("unified-v2"));
      const darwin = { wiredBytes: known(60 * gibibyte), wiredLimitBytes } as DarwinHost;
      const rlimits = { ...process.rlimits, addressSpaceBytes: known(gibibyte) };
      return limitsOf({
        process: { ...process, rlimits },
        host: { ...host, darwin },
        identity: {},
        rates,
      });
    };

    it("hold wired memory of the host against iogpu.wired_limit_mb where that is set, and let it bind", () => {
      const limit = find(set(known(61 * gibibyte)), "memory", "wired");
      assert.deepEqual(
        [limit?.kind, limit?.scope, limit?.headroom, limit?.binding],
        ["hard", "host", gibibyte, false],
      );
      const narrow = find(set(known(59 * gibibyte)), "memory", "wired");
      assert.deepEqual([narrow?.headroom, narrow?.binding], [-gibibyte, true]);
    });

    it("take its default for unlimited, not for 0 bytes", () => {
      const result = set(missing("unlimited"));
      assert.equal(find(result, "memory", "wired"), undefined);
      assert.deepEqual(
        result.unavailable.filter(({ field }) => field === "memory_limit/wired"),
        [{ field: "memory_limit/wired", reason: "unlimited" }],
      );
    });

    it("take RLIMIT_AS for soft: macOS does not hold a process to it", () => {
      assert.equal(find(set(missing("unlimited")), "memory", "rlimit_as")?.kind, "soft");
    });

    it("and nothing of it is said on Linux, where RLIMIT_AS is hard", () => {
      const { process, host } = collected(fixtureHost("unified-v2"));
      const rlimits = { ...process.rlimits, addressSpaceBytes: known(gibibyte) };
      const result = limitsOf({ process: { ...process, rlimits }, host, identity: {}, rates });
      assert.equal(find(result, "memory", "rlimit_as")?.kind, "hard");
      assert.ok(!result.unavailable.some(({ field }) => field.endsWith("/wired")));
    });
  });

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
    const limit = find(judged(host), "cpu", "cpuset");
    assert.deepEqual([limit?.headroom, limit?.scope], [2 - 0.5, "process"]);
  });

  it("names the cgroup whose cpuset leaves fewer CPUs than the machine has, the innermost of equal ones", () => {
    const host = fixtureHost("unified-v2");
    host.put("/sys/fs/cgroup/mlx.slice/cpuset.cpus.effective", "0-2\n");
    assert.equal(find(judged(host), "cpu", "cpuset")?.scope, "/mlx.slice");
    host.put("/sys/fs/cgroup/mlx.slice/chat.service/cpuset.cpus.effective", "0-2\n");
    const limit = find(judged(host), "cpu", "cpuset");
    assert.deepEqual([limit?.scope, limit?.limit], ["/mlx.slice/chat.service", 3]);
  });

  it("takes limits above what the machine has for none: locked memory, processes, and tasks above pid_max", () => {
    const host = fixtureHost("unified-v2");
    host.put("/proc/sys/kernel/pid_max", "400\n");
    const limits = host.files.read("/proc/4242/limits");
    assert.ok(limits.kind === "read");
    const row = "Max locked memory         99999999999999       99999999999999       bytes     ";
    host.put("/proc/4242/limits", limits.bytes.toString().replace(/^Max locked.*$/m, row));
    const result = judged(host);
    assert.equal(find(result, "threads", "host")?.limit, 400);
    const gone = [
      ["locked_memory", "rlimit"],
      ["threads", "pids"],
      ["threads", "rlimit_nproc"],
    ] as const;
    for (const [resource, source] of gone) {
      assert.equal(find(result, resource, source), undefined);
      const field = `${resource}_limit/${source}`;
      assert.ok(
        result.unavailable.some((row) => row.field === field && row.reason === "unlimited"),
        field,
      );
    }
  });

  it("never says unlimited where levels above what is mounted cannot be seen, but keeps the limits it sees", () => {
    const host = fixtureHost("unified-v2");
    host.put("/sys/fs/cgroup/cgroup.events", "populated 1\n");
    const result = judged(host);
    assert.equal(find(result, "memory", "cgroup")?.scope, "/mlx.slice");
    host.put("/sys/fs/cgroup/mlx.slice/chat.service/pids.max", "max\n");
    assert.ok(
      judged(host).unavailable.some(
        ({ field, reason }) => field === "threads_limit/pids" && reason === "unsupported",
      ),
    );
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

  it("gives headroom as the least over all levels of limit − working set, and all else of that level", () => {
    const { process, host } = collected(fixtureHost("unified-v2"));
    assert.ok("value" in host.memoryTotalBytes);
    const machine = host.memoryTotalBytes.value;
    const size = fc.oneof(fc.nat(50), fc.nat({ max: 2 * machine }));
    const limit = fc.oneof(
      size.map(known),
      fc.constantFrom(missing("unlimited"), missing("forbidden")),
    );
    const usage = fc.oneof(
      { weight: 5, arbitrary: size.map(known) },
      { weight: 1, arbitrary: fc.constantFrom(missing("forbidden"), missing("error")) },
    );
    const tree = fc.array(fc.record({ limit, usage }), { maxLength: 6 });
    fc.assert(
      fc.property(tree, (levels) => {
        const memory = levels.map(({ limit: maxBytes, usage: workingSetBytes }, index) => ({
          scope: `/${"x/".repeat(levels.length - index)}`,
          usageBytes: workingSetBytes,
          workingSetBytes,
          maxBytes,
          highBytes: missing("unlimited"),
          swapBytes: known(0),
          swapMaxBytes: missing("unlimited"),
        }));
        const cgroup = { ...none, memory };
        const result = limitsOf({ process: { ...process, cgroup }, identity: {}, host, rates });
        const found = find(result, "memory", "cgroup");
        const real = memory.filter(
          ({ maxBytes }) => "value" in maxBytes && maxBytes.value < machine,
        );
        const measured = real.filter(({ workingSetBytes }) => "value" in workingSetBytes);
        if (real.length === 0) {
          assert.equal(found, undefined);
          return;
        }
        if (measured.length === 0) {
          assert.equal(found?.headroom, undefined);
          assert.equal(
            found?.limit,
            Math.min(...real.map((level) => valueOf(level.maxBytes) ?? NaN)),
          );
          return;
        }
        const left = (level: (typeof memory)[number]) =>
          (valueOf(level.maxBytes) ?? NaN) - (valueOf(level.workingSetBytes) ?? NaN);
        const least = Math.min(...measured.map(left));
        const decides = measured.find((level) => left(level) === least);
        assert.deepEqual(
          [found?.headroom, found?.scope, found?.limit, found?.usage],
          [
            least,
            decides?.scope,
            decides && valueOf(decides.maxBytes),
            decides && valueOf(decides.workingSetBytes),
          ],
        );
        assert.equal(found?.ratio, found?.limit === 0 ? undefined : least / (found?.limit ?? NaN));
      }),
      { numRuns: 1000 },
    );
  });

  it("gives a reason for every source that is not there", () => {
    for (const name of ["hybrid-v1", "unified-v2"]) {
      const { limits, unavailable } = judged(fixtureHost(name));
      const named = new Set([
        ...limits.map(({ resource, source }) => `${resource}/${source}`),
        ...unavailable.map(({ field }) => field.replace(/_(limit|headroom|ratio)\//, "/")),
      ]);
      assert.equal(named.size, 17);
    }
  });
});
