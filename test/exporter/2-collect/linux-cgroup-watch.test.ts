import assert from "node:assert/strict";
import { createCgroupMemory } from "../../../src/exporter/2-collect/linux-cgroup-memory.ts";
import { createPlaceFinder } from "../../../src/exporter/2-collect/linux-cgroup-places.ts";
import { createCgroupWatch } from "../../../src/exporter/2-collect/linux-cgroup-watch.ts";
import type { LookedLevel } from "../../../src/model/look.ts";
import type { MlxProcess } from "../../../src/model/process.ts";
import { roots } from "../../support/fixture-host.ts";
import { memoryHost } from "../../support/memory-host.ts";

const process = (pid: number, workload: string): MlxProcess => ({
  pid,
  parentPid: 1,
  startTicks: pid,
  startTime: 0,
  workload,
  runtime: "mlx_lm.server",
  role: "server",
});
const chat = process(1, "chat");
const embed = process(2, "embed");

/** Two servers in two services of one slice. */
function machine() {
  const host = memoryHost({
    "/proc/self/mountinfo": "35 24 0:30 / /cg rw - cgroup2 cgroup2 rw\n",
    "/cg/cgroup.controllers": "memory\n",
    "/proc/1/cgroup": "0::/s/chat\n",
    "/proc/2/cgroup": "0::/s/embed\n",
    "/cg/s/memory.events.local": "max 5\n",
    "/cg/s/memory.max": "800\n",
    "/cg/s/memory.current": "700\n",
    "/cg/s/memory.stat": "inactive_file 0\n",
    "/cg/s/chat/memory.events.local": "max 1\n",
    "/cg/s/embed/memory.events.local": "max 2\n",
  });
  const memory = createCgroupMemory(host, roots);
  const watch = createCgroupWatch(host, memory);
  const pass = (...processes: readonly MlxProcess[]) =>
    watch.pass(processes, createPlaceFinder(host, roots, memory));
  return { host, pass, pulse: () => watch.pulse() };
}

/** Scope, workloads and count of the memory levels that have one. */
function counts(levels: readonly LookedLevel[]) {
  return levels
    .filter(({ resource, events }) => resource === "memory" && events.max !== undefined)
    .map(({ scope, workloads, events }) => [scope, workloads.join(), events.max]);
}

describe("linux-cgroup-watch", () => {
  it("reads every level once, with all whom it holds, in a pass and between passes", () => {
    const { host, pass, pulse } = machine();
    const expected = [
      ["/s/chat", "chat", 1],
      ["/s", "chat,embed", 5],
      ["/s/embed", "embed", 2],
    ];
    assert.deepEqual(counts(pass(chat, embed)), expected);
    host.touched.length = 0;
    assert.deepEqual(counts(pulse()), expected);
    assert.equal(host.touched.filter((path) => path === "/cg/s/memory.events.local").length, 1);
    assert.deepEqual(
      host.touched.filter((path) => path.startsWith("/proc/")),
      [],
    );
  });

  it("reads the levels of a process that ended until the next pass has told of them", () => {
    const { host, pass, pulse } = machine();
    pass(chat, embed);
    host.remove("/proc/2");
    host.put("/cg/s/embed/memory.events.local", "max 9\n");
    assert.deepEqual(counts(pulse())[2], ["/s/embed", "embed", 9]);
    assert.deepEqual(counts(pass(chat))[0], ["/s/embed", "embed", 9]);
    assert.deepEqual(counts(pulse()), [
      ["/s/chat", "chat", 1],
      ["/s", "chat", 5],
    ]);
  });

  it("reads limit and usage in the look that sees something new, and in no other", () => {
    const { host, pass, pulse } = machine();
    pass(chat);
    const limits = () => pulse().map(({ limit }) => limit);
    assert.deepEqual(
      new Set(limits().map((limit) => JSON.stringify(limit))),
      new Set(['{"missing":"not_measured"}']),
    );
    host.put("/cg/s/memory.events.local", "max 6\n");
    const slice = pulse().find(({ scope }) => scope === "/s");
    assert.deepEqual([slice?.limit, slice?.usage], [{ value: 800 }, { value: 700 }]);
  });

  it("calls a level fresh in the first look at it, if it was made since the first pass", () => {
    const { host, pass, pulse } = machine();
    pass(chat);
    host.put("/proc/3/cgroup", "0::/s/new/deep\n");
    host.put("/cg/s/new/deep/memory.events.local", "max 4\n");
    const fresh = (levels: readonly LookedLevel[]) =>
      levels.filter((level) => level.fresh && level.resource === "memory").map((l) => l.scope);
    assert.deepEqual(fresh(pass(chat, process(3, "new"))), ["/s/new/deep", "/s/new"]);
    assert.deepEqual(fresh(pulse()), []);
    assert.deepEqual(fresh(pass(chat, process(3, "new"))), []);
  });

  it("leaves out a level that cannot be read this time", () => {
    const { host, pass, pulse } = machine();
    pass(chat);
    host.put("/cg/s/memory.events.local", { failed: "EIO" });
    assert.deepEqual(counts(pulse()), [["/s/chat", "chat", 1]]);
  });
});
