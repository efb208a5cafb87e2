import assert from "node:assert/strict";
import fc from "fast-check";
import {
  eventLevels,
  eventsUnavailable,
} from "../../../src/exporter/2-collect/linux-cgroup-events.ts";
import type { CgroupPlace } from "../../../src/exporter/2-collect/linux-cgroup-paths.ts";
import { arbitraryFile, isCount } from "../../support/arbitrary-text.ts";
import { memoryHost, type MemoryFile } from "../../support/memory-host.ts";

const place = (version: 1 | 2, path = "/a/b"): CgroupPlace => ({
  version,
  folder: "/cg",
  path,
  root: "",
  whole: true,
});

/** Events by resource and scope, of a process in /a/b, with those levels left out where there are none. */
function events(version: 1 | 2, files: Readonly<Record<string, MemoryFile>>) {
  const at = place(version);
  const levels = eventLevels({ memory: at, cpu: at, pids: at }, memoryHost(files));
  return levels.flatMap((level) => {
    const { resource, scope } = level;
    const found = level.events();
    return found !== undefined && Object.keys(found).length === 0
      ? []
      : [[resource, scope, found] as const];
  });
}

describe("linux-cgroup-events", () => {
  it("reads version 2 events of each level itself, not of what is below it", () => {
    const found = events(2, {
      "/cg/a/b/memory.events": "high 90\nmax 90\noom 90\n",
      "/cg/a/b/memory.events.local": "low 1\nhigh 2\nmax 3\noom 4\noom_kill 5\nlater_key 6\n",
      "/cg/a/memory.events.local": "high 0\nmax 7\noom 0\n",
      "/cg/a/b/cpu.stat": "nr_periods 10\nnr_throttled 2\nthrottled_usec 1500000\n",
      "/cg/a/b/pids.events": "max 80\n",
      "/cg/a/b/pids.events.local": "max 8\n",
    });
    assert.deepEqual(found, [
      ["memory", "/a/b", { high: 2, max: 3, oom: 4 }],
      ["memory", "/a", { high: 0, max: 7, oom: 0 }],
      ["cpu", "/a/b", { periods: 10, throttled_periods: 2, throttled_seconds: 1.5 }],
      ["threads", "/a/b", { threads_max: 8 }],
    ]);
  });

  it("reads version 1: failed charges, throttled time in nanoseconds, forks that were refused", () => {
    const found = events(1, {
      "/cg/a/b/memory.failcnt": "7\n",
      "/cg/a/b/cpu.stat": "nr_periods 100\nnr_throttled 25\nthrottled_time 1500000000\n",
      "/cg/a/b/pids.events": "max 4\n",
    });
    assert.deepEqual(found, [
      ["memory", "/a/b", { max: 7 }],
      ["cpu", "/a/b", { periods: 100, throttled_periods: 25, throttled_seconds: 1.5 }],
      ["threads", "/a/b", { threads_max: 4 }],
    ]);
  });

  it("reads swap events of the innermost level alone: every level above counts them again", () => {
    const swap = "high 1\nmax 2\nfail 3\n";
    const files = { "/cg/a/b/memory.swap.events": swap, "/cg/a/memory.swap.events": swap };
    assert.deepEqual(events(2, files), [["swap", "/a/b", { swap_max: 2, swap_fail: 3 }]]);
    assert.deepEqual(events(1, files), []);
  });

  it("takes the hierarchical file of the innermost level where a kernel has no local one, and says what is missing", () => {
    const files = {
      "/cg/a/b/memory.events": "high 1\nmax 2\noom 3\n",
      "/cg/a/memory.events": "high 9\nmax 9\noom 9\n",
    };
    assert.deepEqual(events(2, files), [["memory", "/a/b", { high: 1, max: 2, oom: 3 }]]);
    const absent = [{ field: "memory_limit_events", reason: "unsupported" }];
    assert.deepEqual(eventsUnavailable(place(2), memoryHost(files)), absent);
    const local = { ...files, "/cg/a/b/memory.events.local": "max 0\n" };
    assert.deepEqual(eventsUnavailable(place(2), memoryHost(local)), []);
    assert.deepEqual(eventsUnavailable(place(1), memoryHost(files)), []);
    assert.deepEqual(eventsUnavailable(undefined, memoryHost(files)), []);
  });

  it("keeps a level that is gone apart from one that cannot be read this time", () => {
    const [level] = eventLevels(
      { memory: place(2, "/gone"), cpu: undefined, pids: undefined },
      memoryHost({}),
    );
    assert.deepEqual(level?.events(), {});
    assert.deepEqual(events(2, { "/cg/a/b/memory.events.local": { failed: "EIO" } }), [
      ["memory", "/a/b", undefined],
    ]);
    assert.deepEqual(events(2, { "/cg/a/b/pids.events.local": "forbidden" }), [
      ["threads", "/a/b", undefined],
    ]);
  });

  it("knows the limit that an event is about", () => {
    const host = memoryHost({
      "/cg/a/b/memory.current": "700\n",
      "/cg/a/b/memory.stat": "inactive_file 100\n",
      "/cg/a/b/memory.max": "900\n",
      "/cg/a/b/memory.high": "800\n",
      "/cg/a/b/memory.swap.max": "50\n",
      "/cg/a/b/memory.swap.current": "40\n",
      "/cg/a/b/cpu.max": "50000 100000\n",
      "/cg/a/b/pids.max": "9\n",
      "/cg/a/b/pids.current": "8\n",
    });
    const at = place(2);
    const standing = (resource: string, event: "high" | "max") => {
      const levels = eventLevels({ memory: at, cpu: at, pids: at }, host);
      return levels.find((level) => level.resource === resource)?.standing(event);
    };
    const pair = (limit: number, usage: number) => ({
      limit: { value: limit },
      usage: { value: usage },
    });
    assert.deepEqual(standing("memory", "high"), pair(800, 600));
    assert.deepEqual(standing("memory", "max"), pair(900, 600));
    assert.deepEqual(standing("swap", "max"), pair(50, 40));
    assert.deepEqual(standing("threads", "max"), pair(9, 8));
    assert.deepEqual(standing("cpu", "max")?.limit, { value: 0.5 });
    host.put("/cg/a/b/memory.limit_in_bytes", "600\n");
    host.put("/cg/a/b/memory.usage_in_bytes", "500\n");
    host.put("/cg/a/b/memory.stat", "total_inactive_file 200\n");
    const [first] = eventLevels({ memory: place(1), cpu: undefined, pids: undefined }, host);
    assert.deepEqual(first?.standing("max"), pair(600, 300));
  });

  it("never throws on any bytes, and never counts less than nothing", () => {
    const names = ["memory.events.local", "memory.events", "memory.failcnt", "memory.swap.events"]
      .concat(["cpu.stat", "pids.events", "pids.events.local"])
      .map((name) => `/cg/a/b/${name}`);
    const files = fc.record(Object.fromEntries(names.map((name) => [name, arbitraryFile])));
    fc.assert(
      fc.property(files, fc.constantFrom(1 as const, 2 as const), (contents, version) => {
        for (const [, , found] of events(version, contents))
          assert.ok(Object.values(found ?? {}).every(isCount));
      }),
    );
  });
});
