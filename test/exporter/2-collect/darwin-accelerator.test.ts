import assert from "node:assert/strict";
import fc from "fast-check";
import { parseAccelerator } from "../../../src/exporter/2-collect/darwin-accelerator.ts";
import { arbitraryFile, isCount } from "../../support/arbitrary-text.ts";
import { macRecording } from "../../support/mac-recording.ts";

const recorded = macRecording("ioreg-ioaccelerator-m4-macos27");
const changed = (pattern: RegExp | string, by: string) =>
  parseAccelerator(Buffer.from(recorded.toString().replace(pattern, by))).found;

describe("darwin-accelerator", () => {
  it("reads the GPU of a recorded M4", () => {
    assert.deepEqual(parseAccelerator(recorded).found, {
      name: "AGXAcceleratorG16G",
      model: "Apple M4",
      cores: 10,
      utilizationRatio: 0.17,
      inUseBytes: 430_571_520,
      allocatedBytes: 4_597_121_024,
    });
  });

  it("takes memory in use by its whole key, not by the key of the driver's that begins alike", () => {
    const statistics = (inner: string) =>
      changed(/"PerformanceStatistics" = .*/, `"PerformanceStatistics" = {${inner}}`);
    const both = ['"In use system memory (driver)"=7', '"In use system memory"=8'];
    assert.equal(statistics(both.join(","))?.inUseBytes, 8);
    assert.equal(statistics(both.reverse().join(","))?.inUseBytes, 8);
    assert.equal(statistics('"In use system memory (driver)"=7')?.inUseBytes, undefined);
  });

  it("does not mind the order of statistics, nor that some of them are older systems' none", () => {
    const inner = '{"Device Utilization %"=83,"In use system memory"=1,"Alloc system memory"=2}';
    assert.deepEqual(
      changed(/"PerformanceStatistics" = .*/, `"PerformanceStatistics" = ${inner}`),
      {
        ...parseAccelerator(recorded).found,
        utilizationRatio: 0.83,
        inUseBytes: 1,
        allocatedBytes: 2,
      },
    );
  });

  it("knows no utilisation where the driver keeps no statistics: that is not 0", () => {
    assert.deepEqual(changed(/^.*"PerformanceStatistics" = .*\n/m, ""), {
      name: "AGXAcceleratorG16G",
      model: "Apple M4",
      cores: 10,
    });
  });

  it("reads on past a legend of 45 KB", () => {
    const legend = `      "IOReportLegend" = (${"{},".repeat(15000)})\n      "IOMatchedAtBoot"`;
    assert.deepEqual(changed('      "IOMatchedAtBoot"', legend), parseAccelerator(recorded).found);
  });

  it("takes no figure that was cut off", () => {
    const cut = recorded.toString().replace(/("In use system memory"=430).*[^]*/, "$1");
    assert.equal(parseAccelerator(Buffer.from(cut)).found?.inUseBytes, undefined);
  });

  it("finds no GPU where ioreg printed nothing", () => {
    assert.deepEqual(parseAccelerator(Buffer.from("")), { found: undefined });
  });

  it("never throws, and never yields a figure that is no count, whatever was printed", () => {
    const spoilt = fc
      .tuple(arbitraryFile, fc.nat(recorded.length))
      .map(([bytes, at]) =>
        Buffer.concat([recorded.subarray(0, at), bytes, recorded.subarray(at)]),
      );
    fc.assert(
      fc.property(fc.oneof(arbitraryFile, spoilt), (stdout) => {
        const found = parseAccelerator(stdout).found;
        if (found === undefined) return;
        const { cores, utilizationRatio, inUseBytes, allocatedBytes } = found;
        for (const value of [cores, utilizationRatio, inUseBytes, allocatedBytes])
          assert.ok(value === undefined || isCount(value));
      }),
    );
  });
});
