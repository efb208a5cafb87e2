import assert from "node:assert/strict";
import fc from "fast-check";
import { parseProcStat, readProcStat } from "../../../src/exporter/2-collect/linux-proc-stat.ts";
import { fixtureFiles, roots } from "../../support/fixture-host.ts";
import { memoryHost } from "../../support/memory-host.ts";

describe("linux-proc-stat", () => {
  it("reads CPU ticks, threads, major faults and start time of a recorded server", () => {
    assert.deepEqual(parseProcStat(fixtureFiles("hybrid-v1")["/proc/4242/stat"] ?? ""), {
      state: "S",
      userTicks: 86,
      systemTicks: 14,
      threads: 10,
      startTicks: 240085,
      majorFaults: 2,
    });
  });

  it("counts fields from the last parenthesis, whatever the name holds", () => {
    const text = "7 (a) S (b\n) c) R 1 7 7 0 -1 0 1 2 3 4 50 60 0 0 20 0 5 0 999 1 2";
    assert.deepEqual(parseProcStat(text), {
      state: "R",
      userTicks: 50,
      systemTicks: 60,
      threads: 5,
      startTicks: 999,
      majorFaults: 3,
    });
  });

  it("takes a zombie and a process that is gone for ended", () => {
    const zombie = "7 (x) Z 1 7 7 0 -1 0 1 2 3 4 50 60 0 0 20 0 5 0 999 1 2";
    const host = memoryHost({ "/proc/7/stat": zombie });
    assert.equal(readProcStat(host, roots, 7), undefined);
    assert.equal(readProcStat(host, roots, 8), undefined);
  });

  it("never throws, and never makes up a number, on any bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const stat = parseProcStat(Buffer.from(bytes).toString("latin1"));
        if (stat !== undefined) {
          const { state, ...numbers } = stat;
          assert.equal(typeof state, "string");
          assert.ok(Object.values(numbers).every(Number.isFinite));
        }
      }),
    );
  });
});
