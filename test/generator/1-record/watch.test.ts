import assert from "node:assert/strict";
import { createWatch } from "../../../src/generator/1-record/watch.ts";

const server = { pid: 7, startTime: 100 };
const at = (seconds: number, processes = [server], clock = 0) => ({
  unix: 1_800_000_000 + seconds + clock,
  monotonic: seconds,
  processes,
});

describe("what is noticed between samples", () => {
  it("is nothing while all goes on", () => {
    const watch = createWatch(3);
    assert.deepEqual(
      [0, 1, 2, 4].map((second) => watch(at(second))),
      [[], [], [], []],
    );
  });

  it("is a step of the wall clock, forwards or backwards, and not a slew", () => {
    const watch = createWatch(3);
    watch(at(0));
    assert.deepEqual(watch(at(1, [server], 3600)), [{ note: "clock_step", detail: "+3600.0 s" }]);
    assert.deepEqual(watch(at(2, [server], 3600.4)), []);
    assert.deepEqual(watch(at(3, [server], 3590)), [{ note: "clock_step", detail: "-10.4 s" }]);
  });

  it("is a gap when samples were missed", () => {
    const watch = createWatch(3);
    watch(at(0));
    assert.deepEqual(watch(at(60)), [{ note: "gap", detail: "60.0 s without a sample" }]);
  });

  it("is that the workload went, and that it is back as other processes", () => {
    const watch = createWatch(3);
    watch(at(0));
    assert.deepEqual(watch(at(1, [])), [{ note: "workload_gone" }]);
    assert.deepEqual(watch(at(2, [])), []);
    assert.deepEqual(watch(at(3, [{ pid: 9, startTime: 200 }])), [
      { note: "restart", detail: "now 9" },
    ]);
  });

  it("is a restart under the same pid, and none when an exporter places a start a little elsewhere", () => {
    const watch = createWatch(3);
    watch(at(0));
    assert.deepEqual(watch(at(1, [{ ...server, startTime: 100.4 }])), []);
    assert.equal(watch(at(2, [{ ...server, startTime: 160 }]))[0]?.note, "restart");
  });

  it("is no restart when a worker joins or leaves", () => {
    const watch = createWatch(3);
    const worker = { pid: 8, startTime: 101 };
    watch(at(0));
    assert.deepEqual([watch(at(1, [server, worker])), watch(at(2, [worker]))], [[], []]);
  });
});
