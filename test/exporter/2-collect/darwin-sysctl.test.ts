import assert from "node:assert/strict";
import fc from "fast-check";
import { parseSysctl } from "../../../src/exporter/2-collect/darwin-sysctl.ts";
import { arbitraryFile, isCount } from "../../support/arbitrary-text.ts";
import { macRecording } from "../../support/mac-recording.ts";

const mebibyte = 1024 * 1024;
const parsed = (text: string) => {
  const sysctl = parseSysctl(Buffer.from(text));
  assert.ok(sysctl !== undefined);
  return sysctl;
};

describe("darwin-sysctl", () => {
  it("reads the memory of a recorded M4 under pressure, swap in MiB", () => {
    assert.deepEqual(parseSysctl(macRecording("sysctl-memory")), {
      memoryBytes: 25769803776,
      pageBytes: 16384,
      swapTotalBytes: 14336 * mebibyte,
      swapUsedBytes: Math.round(13262.06 * mebibyte),
      pressureLevel: 2,
      availablePercent: 38,
      wiredLimitBytes: { missing: "unsupported" },
      model: "Mac16,1",
    });
  });

  it("takes a wired limit of 0 for none that was set, never for zero bytes", () => {
    const { wiredLimitBytes } = parsed(macRecording("sysctl-iogpu").toString());
    assert.deepEqual(wiredLimitBytes, { missing: "unlimited" });
    assert.deepEqual(parsed("debug.iogpu.wired_limit: 0").wiredLimitBytes, {
      missing: "unlimited",
    });
  });

  it("takes the wired limit for MiB, and that of macOS 13 for bytes", () => {
    assert.deepEqual(parsed("iogpu.wired_limit_mb: 57344").wiredLimitBytes, {
      value: 57344 * mebibyte,
    });
    assert.deepEqual(parsed("debug.iogpu.wired_limit: 57344").wiredLimitBytes, { value: 57344 });
  });

  it("reads the boot time in seconds, the CPUs and the version; written as sysctl.c prints them, not recorded", () => {
    const text =
      "kern.boottime: { sec = 1790614444, usec = 123456 } Mon Sep 28 16:54:04 2026\nhw.ncpu: 10\nkern.osproductversion: 26.5\n";
    const { bootTime, cpus, osVersion } = parsed(text);
    assert.deepEqual([bootTime, cpus, osVersion], [1790614444, 10, "26.5"]);
  });

  it("leaves out what this kernel did not print, and knows nothing where it printed nothing", () => {
    assert.deepEqual(parsed("hw.memsize: 1"), {
      memoryBytes: 1,
      wiredLimitBytes: { missing: "unsupported" },
    });
    assert.equal(parseSysctl(Buffer.from("")), undefined);
  });

  it("never throws, and never yields a figure that is no count, whatever was printed", () => {
    const keys = fc.constantFrom(
      "hw.memsize: ",
      "vm.swapusage: total = ",
      "hw.ncpu: ",
      "1.00M",
      "\n",
    );
    const text = fc.array(fc.oneof(keys, arbitraryFile.map(String))).map((parts) => parts.join(""));
    fc.assert(
      fc.property(text, (stdout) => {
        for (const value of Object.values(parseSysctl(Buffer.from(stdout)) ?? {}))
          assert.ok(typeof value !== "number" || isCount(value));
      }),
    );
  });
});
