import assert from "node:assert/strict";
import fc from "fast-check";
import {
  readCpuLevel,
  readCpusetLevel,
  readDmemLevel,
  readMemoryLevel,
  readPidsLevel,
} from "../../../src/exporter/2-collect/linux-cgroup-levels.ts";
import { arbitraryFile, isCount } from "../../support/arbitrary-text.ts";
import type { Figure } from "../../../src/model/figure.ts";
import { memoryHost } from "../../support/memory-host.ts";

const level = { folder: "/cg", scope: "/a" };
const place = (version: 1 | 2) => ({ version });

describe("linux-cgroup-levels", () => {
  it("reads version 1 quotas, and takes -1 and an absent file for no quota", () => {
    const quota = (quotaText: string | undefined, period = "100000") => {
      const host = memoryHost({ "/cg/cpu.cfs_period_us": period, "/cg/x": "" });
      if (quotaText !== undefined) host.put("/cg/cpu.cfs_quota_us", quotaText);
      return readCpuLevel(level, place(1), host, undefined).quotaCores;
    };
    assert.deepEqual(quota("150000\n"), { value: 1.5 });
    assert.deepEqual(quota("-1\n"), { missing: "unlimited" });
    assert.deepEqual(quota(undefined), { missing: "unlimited" });
    assert.deepEqual(quota("forbidden"), { missing: "forbidden" });
    assert.deepEqual(quota("150000\n", "0"), { missing: "error" });
  });

  it("reads version 1 CPU time in nanoseconds from the tree that counts it, and says so when none does", () => {
    const host = memoryHost({ "/acct/cpuacct.usage": "2500000000\n" });
    assert.deepEqual(readCpuLevel(level, place(1), host, "/acct").usageSeconds, { value: 2.5 });
    assert.deepEqual(readCpuLevel(level, place(1), host, undefined).usageSeconds, {
      missing: "not_measured",
    });
  });

  it("takes the sentinel of any page size for no limit", () => {
    for (const sentinel of [
      "9223372036854771712",
      "9223372036854710272",
      "max",
      "18446744073709551615",
    ]) {
      const host = memoryHost({ "/cg/memory.limit_in_bytes": `${sentinel}\n` });
      assert.deepEqual(
        readMemoryLevel(level, place(1), host).maxBytes,
        { missing: "unlimited" },
        sentinel,
      );
    }
  });

  it("counts the CPUs that a level leaves, and takes an absent file for no choice made there", () => {
    const host = memoryHost({
      "/cg/cpuset.cpus.effective": "0-1,4\n",
      "/cg/cpuset.effective_cpus": "2\n",
    });
    assert.deepEqual(readCpusetLevel(level, place(2), host), { scope: "/a", cpus: { value: 3 } });
    assert.deepEqual(readCpusetLevel(level, place(1), host).cpus, { value: 1 });
    host.put("/cg/cpuset.cpus.effective", "all\n");
    assert.deepEqual(readCpusetLevel(level, place(2), host).cpus, { missing: "error" });
    host.put("/cg/cpuset.cpus.effective", "forbidden");
    assert.deepEqual(readCpusetLevel(level, place(2), host).cpus, { missing: "forbidden" });
    host.remove("/cg/cpuset.cpus.effective");
    assert.deepEqual(readCpusetLevel(level, place(2), host).cpus, { missing: "unlimited" });
  });

  it("reads the memory of devices region by region, and takes the absent file of the root for no limits", () => {
    const host = memoryHost({
      "/cg/dmem.max": "drm/0000:03:00.0/vram0 1073741824\ndrm/0000:03:00.0/stolen max\nbroken\n",
      "/cg/dmem.current": "drm/0000:03:00.0/vram0 12582912\n",
    });
    assert.deepEqual(readDmemLevel(level, host), {
      scope: "/a",
      regions: [
        {
          region: "drm/0000:03:00.0/vram0",
          max: { value: 1073741824 },
          current: { value: 12582912 },
        },
        {
          region: "drm/0000:03:00.0/stolen",
          max: { missing: "unlimited" },
          current: { missing: "unsupported" },
        },
      ],
    });
    host.remove("/cg/dmem.max");
    assert.deepEqual(readDmemLevel(level, host).regions, []);
  });

  it("says error for a limit file that holds no number", () => {
    const host = memoryHost({ "/cg/pids.max": "many\n", "/cg/pids.current": "3\n" });
    assert.deepEqual(readPidsLevel(level, host), {
      scope: "/a",
      max: { missing: "error" },
      current: { value: 3 },
    });
  });

  it("has no working set where the usage or the cache cannot be read", () => {
    const host = memoryHost({
      "/cg/memory.current": "forbidden",
      "/cg/memory.stat": "inactive_file 5\n",
    });
    assert.deepEqual(readMemoryLevel(level, place(2), host).workingSetBytes, {
      missing: "forbidden",
    });
    host.put("/cg/memory.current", "100\n");
    host.put("/cg/memory.stat", { failed: "EIO" });
    assert.deepEqual(readMemoryLevel(level, place(2), host).workingSetBytes, { missing: "error" });
  });

  it("never throws on any bytes, and never yields a limit or usage that is no count", () => {
    const names = [
      ...["memory.current", "memory.max", "memory.high", "memory.stat", "memory.swap.current"],
      ...["memory.swap.max", "memory.usage_in_bytes", "memory.limit_in_bytes", "cpu.max"],
      ...["cpu.stat", "cpu.cfs_quota_us", "cpu.cfs_period_us", "cpuacct.usage", "pids.max"],
      ...[
        "pids.current",
        "dmem.max",
        "dmem.current",
        "cpuset.cpus.effective",
        "cpuset.effective_cpus",
      ],
    ].map((name) => `/cg/${name}`);
    const files = fc.record(Object.fromEntries(names.map((name) => [name, arbitraryFile])));
    fc.assert(
      fc.property(files, fc.constantFrom(1 as const, 2 as const), (contents, version) => {
        const host = memoryHost(contents);
        const figures = [
          readMemoryLevel(level, place(version), host),
          readCpuLevel(level, place(version), host, "/cg"),
          readPidsLevel(level, host),
          readCpusetLevel(level, place(version), host),
          ...readDmemLevel(level, host).regions,
        ].flatMap((reading) => Object.values(reading) as (Figure | string)[]);
        for (const figure of figures) {
          if (typeof figure === "object" && "value" in figure) assert.ok(isCount(figure.value));
        }
      }),
    );
  });

  it("knows no soft limit in version 1: its own only steers reclaim", () => {
    const host = memoryHost({ "/cg/memory.soft_limit_in_bytes": "100\n" });
    assert.deepEqual(readMemoryLevel(level, place(1), host).highBytes, { missing: "unsupported" });
  });
});
