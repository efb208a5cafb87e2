import assert from "node:assert/strict";
import { collectLinuxProcess } from "../../../src/exporter/2-collect/linux-process.ts";
import { fixtureHost, roots } from "../../support/fixture-host.ts";

const server = { pid: 4242, startTicks: 240085 };

describe("linux-process", () => {
  it("reads a recorded server in base units", () => {
    const collected = collectLinuxProcess(fixtureHost("hybrid-v1"), roots, server);
    assert.deepEqual(collected?.usage, {
      cpuUserSeconds: { value: 0.86 },
      cpuSystemSeconds: { value: 0.14 },
      residentBytes: { value: 84996 * 1024 },
      residentPeakBytes: { value: 84996 * 1024 },
      anonymousBytes: { value: 50892 * 1024 },
      swapBytes: { value: 0 },
      virtualBytes: { value: 880300 * 1024 },
      dataBytes: { value: 189720 * 1024 },
      lockedBytes: { value: 0 },
      threads: { value: 10 },
      majorPageFaults: { value: 2 },
      allowedCpus: { value: 2 },
    });
  });

  it("takes a pid that started at another time for another process", () => {
    assert.equal(
      collectLinuxProcess(fixtureHost("hybrid-v1"), roots, { ...server, startTicks: 1 }),
      undefined,
    );
  });

  for (const file of ["status", "limits"]) {
    it(`takes a process that ends before its ${file} was read for ended`, () => {
      const host = fixtureHost("hybrid-v1");
      host.remove(`/proc/4242/${file}`);
      assert.equal(collectLinuxProcess(host, roots, server), undefined);
    });
  }
});
