import assert from "node:assert/strict";
import { createOomWatch } from "../../../src/exporter/ledger/oom-watch.ts";
import type { OomCounts } from "../../../src/exporter/ledger/oom-count.ts";
import type { MlxProcess } from "../../../src/model/process.ts";

const file = (name: string) => `/cg/${name === "" ? "" : `${name}/`}memory.events`;

/**
 * A version 2 tree below one slice: processes by number, each in the cgroup of that name. What happens in a cgroup is
 * counted in those above it, too, as the kernel does; one that is removed takes its own counts along.
 */
function machine(...groups: readonly string[]) {
  const counts = new Map<string, OomCounts>();
  let ids = 0;
  const make = (group: string) => counts.set(file(group), { kills: 0, ooms: 0, id: ++ids });
  for (const group of ["s", ...groups]) make(group);
  const above = (group: string) =>
    group.split("/").map((_, index, names) => names.slice(0, names.length - index).join("/"));
  const add = (group: string, added: { ooms?: number; kills?: number }) => {
    for (const level of above(group)) {
      const before = counts.get(file(level));
      counts.set(file(level), {
        ...before,
        kills: (before?.kills ?? 0) + (added.kills ?? 0),
        ooms: (before?.ooms ?? 0) + (added.ooms ?? 0),
      });
    }
  };
  const watch = createOomWatch();
  const process = (pid: number): MlxProcess => ({
    pid,
    parentPid: 1,
    startTicks: pid,
    startTime: 0,
    workload: `w${pid}`,
    runtime: "mlx_lm.server",
    role: "server",
  });
  let alive: Readonly<Record<number, string>> = {};
  /** Who is there, in which cgroup; the rest has vanished. */
  const look = (present: Readonly<Record<number, string>>) => {
    const vanished = Object.keys(alive).filter((pid) => !(pid in present));
    alive = present;
    const { killed, limited } = watch.observe(
      Object.entries(present).map(([pid, group]) => ({
        process: process(Number(pid)),
        oomFiles: [...above(group).map(file), "/proc/vmstat"],
      })),
      vanished.map((pid) => process(Number(pid))),
      (path) =>
        path === "/proc/vmstat" ? { kills: counts.get(file("s"))?.kills ?? 0 } : counts.get(path),
    );
    return [killed.map(({ pid }) => pid), limited.map(({ pid }) => pid)];
  };
  return { add, look, make, counts, remove: (group: string) => counts.delete(file(group)) };
}

describe("oom-reasons", () => {
  it("tells one for each kill of a unit that starts again, whose own count begins at 0 each time", () => {
    const { add, look, make, remove } = machine("s/batch");
    for (let pid = 1; pid <= 3; pid++) {
      make("s/batch");
      look({ [pid]: "s/batch" });
      assert.deepEqual(look({ [pid]: "s/batch" }), [[], []]);
      add("s/batch", { ooms: 1, kills: 1 });
      remove("s/batch");
      assert.deepEqual(look({}), [[pid], [pid]]);
      assert.deepEqual(look({}), [[], []]);
    }
  });

  it("tells it when the unit was started again before the next look, under the same name", () => {
    const { add, look, make } = machine("s/batch");
    look({ 1: "s/batch" });
    add("s/batch", { ooms: 1, kills: 1 });
    make("s/batch");
    assert.deepEqual(look({ 2: "s/batch" }), [[1], [1]]);
  });

  it("tells it in the look that reads the kill, when the process was missed one before", () => {
    const { add, look, remove } = machine("s/batch");
    look({ 1: "s/batch" });
    remove("s/batch");
    assert.deepEqual(look({}), [[], []]);
    add("s/batch", { ooms: 1, kills: 1 });
    remove("s/batch");
    assert.deepEqual(look({}), [[1], [1]]);
  });

  it("tells it, too, where the cgroup is there still, or was when it was read last", () => {
    for (const limit of ["s/batch", "s"]) {
      for (const removed of [false, true]) {
        const { add, look, remove } = machine("s/batch");
        look({ 1: "s/batch" });
        add(limit, { ooms: 1 });
        add("s/batch", { kills: 1 });
        look({ 1: "s/batch" });
        if (removed) remove("s/batch");
        // What the slice tells of itself is nobody's that is below it: its level has told it.
        assert.deepEqual(look({}), [[1], limit === "s/batch" ? [1] : []]);
      }
    }
  });

  it("takes no event of another cgroup that still tells of it", () => {
    const { add, look, remove } = machine("s/batch", "s/chat");
    look({ 1: "s/batch", 2: "s/chat" });
    add("s/chat", { ooms: 1 });
    add("s/batch", { kills: 1 });
    remove("s/batch");
    assert.deepEqual(look({ 2: "s/chat" }), [[1], []]);
  });

  it("takes none that a cgroup tells of a look earlier or later than the slice above it", () => {
    for (const early of ["s/chat", "s"]) {
      const { add, look, remove, counts } = machine("s/batch", "s/chat");
      look({ 1: "s/batch", 2: "s/chat" });
      const before = new Map(counts);
      add("s/chat", { ooms: 1 });
      const after = new Map(counts);
      for (const [path, count] of before) if (path !== file(early)) counts.set(path, count);
      look({ 1: "s/batch", 2: "s/chat" });
      for (const [path, count] of after) counts.set(path, count);
      add("s/batch", { kills: 1 });
      remove("s/batch");
      assert.deepEqual(look({ 2: "s/chat" }), [[1], []], early);
    }
  });

  it("takes none that a cgroup which is seen for the first time has counted", () => {
    const { add, look, make, remove } = machine("s/chat");
    look({ 2: "s/chat" });
    make("s/batch");
    add("s/batch", { ooms: 1, kills: 1 });
    look({ 1: "s/batch", 2: "s/chat" });
    remove("s/batch");
    assert.deepEqual(look({ 2: "s/chat" }), [[1], []]);
  });

  it("tells no more of them than processes were killed, nor more than there were", () => {
    const { add, look, remove } = machine("s/batch");
    look({ 1: "s/batch" });
    add("s/batch", { ooms: 7, kills: 1 });
    remove("s/batch");
    assert.deepEqual(look({}), [[1], [1]]);

    const group = machine("s/group");
    group.look({ 1: "s/group", 2: "s/group", 3: "s/group" });
    group.add("s/group", { ooms: 1, kills: 3 });
    group.remove("s/group");
    assert.deepEqual(group.look({}), [[1, 2, 3], [1]]);
  });

  it("tells none where the machine had no memory left: no limit was reached", () => {
    const { add, look, remove } = machine("s/batch");
    look({ 1: "s/batch" });
    add("s/batch", { kills: 1 });
    remove("s/batch");
    assert.deepEqual(look({}), [[1], []]);
  });

  it("tells what happened two levels down, where both of them are gone", () => {
    const { add, look, remove } = machine("s/pod", "s/pod/c", "s/pod2", "s/pod2/c");
    look({ 1: "s/pod/c", 2: "s/pod2/c" });
    add("s/pod/c", { ooms: 1, kills: 1 });
    add("s/pod2/c", { ooms: 1 });
    remove("s/pod/c");
    remove("s/pod");
    assert.deepEqual(look({ 2: "s/pod2/c" }), [[1], [1]]);
  });
});
