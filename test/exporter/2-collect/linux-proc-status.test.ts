import assert from "node:assert/strict";
import fc from "fast-check";
import { countCpus, parseProcStatus } from "../../../src/exporter/2-collect/linux-proc-status.ts";
import { arbitraryText, isCount } from "../../support/arbitrary-text.ts";
import { fixtureFiles } from "../../support/fixture-host.ts";

describe("linux-proc-status", () => {
  it("reads memory in bytes and the CPUs a recorded server may use", () => {
    assert.deepEqual(parseProcStatus(fixtureFiles("hybrid-v1")["/proc/4242/status"] ?? ""), {
      virtualBytes: 880300 * 1024,
      residentPeakBytes: 84996 * 1024,
      residentBytes: 84996 * 1024,
      anonymousBytes: 50892 * 1024,
      dataBytes: 189720 * 1024,
      lockedBytes: 0,
      swapBytes: 0,
      allowedCpus: 2,
      fileUid: 0,
      ownPid: 4242,
    });
  });

  it("takes memory that mlock holds for locked, not what a device has pinned", () => {
    assert.deepEqual(parseProcStatus("VmLck:\t      64 kB\nVmPin:\t     128 kB\n"), {
      lockedBytes: 64 * 1024,
    });
  });

  it("leaves out what the kernel left out, as for a kernel thread", () => {
    assert.deepEqual(parseProcStatus("Name:\tkthreadd\nState:\tS (sleeping)\nThreads:\t1\n"), {});
  });

  it("reads whose files a process makes, and what it is called in its own PID namespace", () => {
    assert.deepEqual(parseProcStatus("Uid:\t1000\t0\t1000\t33\nNSpid:\t4242\t17\t3\n"), {
      fileUid: 33,
      ownPid: 3,
    });
    assert.deepEqual(parseProcStatus("Uid:\t1000\nNSpid:\t-1\n"), {});
  });

  for (const [list, count] of [
    ["0", 1],
    ["0-3", 4],
    ["0-3,8", 5],
    ["2,4-5,9", 4],
    ["", undefined],
    ["3-1", undefined],
    ["a-b", undefined],
  ] as const) {
    it(`counts ${count ?? "nothing"} in the CPU list '${list}'`, () => {
      assert.equal(countCpus(list), count);
    });
  }

  it("counts every CPU of a list once, whatever ranges it is written in", () => {
    const ranges = fc
      .uniqueArray(fc.nat(500), { minLength: 1 })
      .map((cpus) => cpus.sort((a, b) => a - b));
    fc.assert(
      fc.property(ranges, (cpus) => {
        const list = cpus.map((cpu) => (cpu % 2 === 0 ? `${cpu}` : `${cpu}-${cpu}`)).join(",");
        assert.equal(countCpus(list), cpus.length);
      }),
    );
  });

  it("never throws and never yields NaN on any text", () => {
    fc.assert(
      fc.property(arbitraryText, (text) => {
        assert.ok(Object.values(parseProcStatus(text)).every(isCount));
        const count = countCpus(text);
        assert.ok(count === undefined || (Number.isSafeInteger(count) && count > 0));
      }),
    );
  });
});
