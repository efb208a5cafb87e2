import assert from "node:assert/strict";
import fc from "fast-check";
import {
  collectLinuxHost,
  parseHostStat,
  parseTasks,
} from "../../../src/exporter/2-collect/linux-host.ts";
import { arbitraryText, isCount } from "../../support/arbitrary-text.ts";
import { fixtureHost, roots } from "../../support/fixture-host.ts";
import { memoryHost } from "../../support/memory-host.ts";

describe("linux-host", () => {
  it("reads memory, swap, CPUs, tasks, OOM kills and boot time", () => {
    const reading = collectLinuxHost(fixtureHost("unified-v2"), roots);
    assert.deepEqual(reading.memoryTotalBytes, { value: 32878732 * 1024 });
    assert.deepEqual(reading.memoryAvailableBytes, { value: 16 * 1024 ** 3 });
    assert.deepEqual(reading.swapUsedBytes, { value: 256 * 1024 ** 2 });
    assert.deepEqual(reading.cpuCores, { value: 4 });
    assert.equal(reading.cpuSeconds.get("user"), 4000);
    assert.equal(reading.cpuSeconds.get("idle"), 80000);
    assert.deepEqual(reading.tasks, { value: 1350 });
    assert.deepEqual(reading.tasksMax, { value: 256000 });
    assert.deepEqual(reading.oomKills, { value: 0 });
    assert.deepEqual(reading.bootTime, { value: 1799990000 });
  });

  it("takes the smaller of threads-max and pid_max, and either alone, for the limit on tasks", () => {
    const tasksMax = (files: Readonly<Record<string, string>>) =>
      collectLinuxHost(memoryHost(files), roots).tasksMax;
    const threads = { "/proc/sys/kernel/threads-max": "192730\n" };
    const pids = { "/proc/sys/kernel/pid_max": "32768\n" };
    assert.deepEqual(tasksMax({ ...threads, ...pids }), { value: 32768 });
    assert.deepEqual(tasksMax(threads), { value: 192730 });
    assert.deepEqual(tasksMax(pids), { value: 32768 });
    assert.deepEqual(tasksMax({}), { missing: "unsupported" });
  });

  it("takes no pid_max for the machine's that a PID namespace of our own may have by itself", () => {
    const tasksMax = (pidMax: number, namespace: number) =>
      collectLinuxHost(
        memoryHost({
          "/proc/sys/kernel/threads-max": "192730\n",
          "/proc/sys/kernel/pid_max": `${pidMax}\n`,
          "/proc/self/ns/pid": `-> pid:[${namespace}]`,
        }),
        roots,
      ).tasksMax;
    const machines = 4026531836;
    const containers = 4026532178;
    assert.deepEqual(tasksMax(4194304, machines), { value: 192730 });
    assert.deepEqual(tasksMax(4194304, containers), { missing: "unsupported" });
    assert.deepEqual(tasksMax(32768, containers), { value: 32768 }, "before Linux 6.14");
  });

  it("gives reasons, not zeros, on a machine that shows nothing", () => {
    const reading = collectLinuxHost(memoryHost({}), roots);
    assert.deepEqual(reading.memoryTotalBytes, { missing: "unsupported" });
    assert.deepEqual(reading.swapUsedBytes, { missing: "unsupported" });
    assert.equal(reading.cpuSeconds.size, 0);
  });

  it("does not take an old kernel without MemAvailable for a machine without memory", () => {
    const reading = collectLinuxHost(memoryHost({ "/proc/meminfo": "MemTotal: 1024 kB\n" }), roots);
    assert.deepEqual(reading.memoryAvailableBytes, { missing: "unsupported" });
  });

  it("never throws and never yields NaN on any text", () => {
    fc.assert(
      fc.property(arbitraryText, (text) => {
        const { ticks, cpus = 0, bootTime = 0 } = parseHostStat(`cpu ${text}\n${text}`);
        assert.ok([...ticks.values(), cpus, bootTime, parseTasks(text) ?? 0].every(isCount));
      }),
    );
  });
});
