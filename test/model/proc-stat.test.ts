import assert from "node:assert/strict";
import fc from "fast-check";
import { isDead, parseProcStat } from "../../src/model/proc-stat.ts";
import { fixtureFiles } from "../support/fixture-host.ts";
import { arbitraryText, isCount } from "../support/arbitrary-text.ts";

const tail = "R 1 7 7 0 -1 4194304 1 2 3 4 50 60 0 0 20 0 5 0 999 1 2";

describe("proc-stat", () => {
  it("reads who a recorded server is, and its CPU ticks, threads, major faults and start", () => {
    assert.deepEqual(parseProcStat(fixtureFiles("hybrid-v1")["/proc/4242/stat"] ?? ""), {
      pid: 4242,
      parentPid: 1,
      startTicks: 240085,
      state: "S",
      comm: "mlx_lm.server",
      kernelThread: false,
      userTicks: 86,
      systemTicks: 14,
      threads: 10,
      majorFaults: 2,
    });
  });

  it("finds the fields after any short name, whatever it holds", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (comm) => {
        const stat = parseProcStat(`7 (${comm}) ${tail}\n`);
        assert.deepEqual([stat?.comm, stat?.startTicks, stat?.userTicks], [comm, 999, 50]);
      }),
      { examples: [["a) S 9 9 ("], [") R 2 3"], ["a\nb"], [""], ["(((("]] },
    );
  });

  it("knows a kernel thread by its flag", () => {
    assert.equal(
      parseProcStat(`2 (kthreadd) ${tail.replace("4194304", "69238880")}`)?.kernelThread,
      true,
    );
  });

  it("tells the dead from the living by their state", () => {
    assert.deepEqual(
      ["R", "S", "D", "T", "I", "Z", "X", "x"].map((state) => isDead({ state })),
      [false, false, false, false, false, true, true, true],
    );
  });

  it("gives nothing for a torn line", () => {
    for (const text of ["", "7", "7 (x", "7 x) S", ") 7 (", `x (y) ${tail}`, "7 (x) S 1 7 7"]) {
      assert.equal(parseProcStat(text), undefined, text);
    }
  });

  it("gives back any name, whatever parentheses, spaces and line feeds it holds", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 15 }), (comm) => {
        assert.equal(parseProcStat(`7 (${comm}) ${tail}`)?.comm, comm);
      }),
    );
  });

  it("never throws, and never makes up a number, on any bytes", () => {
    fc.assert(
      fc.property(arbitraryText, fc.nat(30), (text, from) => {
        const torn = `7 (x) ${tail.split(" ").slice(0, from).join(" ")} ${text}`;
        for (const stat of [parseProcStat(text), parseProcStat(torn)])
          for (const value of Object.values(stat ?? {}))
            assert.ok(typeof value !== "number" || isCount(value));
      }),
    );
  });
});
