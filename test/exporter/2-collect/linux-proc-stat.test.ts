import assert from "node:assert/strict";
import { readProcStat } from "../../../src/exporter/2-collect/linux-proc-stat.ts";
import { roots } from "../../support/fixture-host.ts";
import { memoryHost } from "../../support/memory-host.ts";

const stat = (state: string) => `7 (x) ${state} 1 7 7 0 -1 0 1 2 3 4 50 60 0 0 20 0 5 0 999 1 2`;
const host = memoryHost({ "/proc/7/stat": stat("S"), "/proc/8/stat": stat("Z").replace("7", "8") });

describe("linux-proc-stat", () => {
  it("reads a process that lives", () => {
    assert.equal(readProcStat(host, roots, { pid: 7, startTicks: 999 })?.userTicks, 50);
  });

  it("takes a zombie, and a process that is gone, for dead", () => {
    assert.equal(readProcStat(host, roots, { pid: 8, startTicks: 999 }), undefined);
    assert.equal(readProcStat(host, roots, { pid: 9, startTicks: 999 }), undefined);
  });

  it("takes a pid that started at another time for another process", () => {
    assert.equal(readProcStat(host, roots, { pid: 7, startTicks: 998 }), undefined);
  });
});
