import assert from "node:assert/strict";
import {
  readCpuLevel,
  readMemoryLevel,
  readPidsLevel,
} from "../../../src/exporter/2-collect/linux-cgroup-levels.ts";
import { memoryHost } from "../../support/memory-host.ts";

const level = { folder: "/cg", scope: "/a" };
const place = (version: 1 | 2) => ({ version, folder: "/", path: "/a", root: "" });

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

  it("reads what happened at a level: version 1 counts failed charges, and throttled time in nanoseconds", () => {
    const host = memoryHost({
      "/cg/memory.failcnt": "7\n",
      "/cg/cpu.stat": "nr_periods 100\nnr_throttled 25\nthrottled_time 1500000000\n",
    });
    assert.deepEqual(readMemoryLevel(level, place(1), host).events, { max: 7 });
    assert.deepEqual(readCpuLevel(level, place(1), host, undefined).events, {
      periods: 100,
      throttled_periods: 25,
      throttled_seconds: 1.5,
    });
    assert.deepEqual(readMemoryLevel(level, place(2), host).events, {});
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

  it("knows no soft limit in version 1: its own only steers reclaim", () => {
    const host = memoryHost({ "/cg/memory.soft_limit_in_bytes": "100\n" });
    assert.deepEqual(readMemoryLevel(level, place(1), host).highBytes, { missing: "unsupported" });
  });
});
