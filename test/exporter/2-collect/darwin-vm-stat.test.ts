import assert from "node:assert/strict";
import fc from "fast-check";
import { parseVmStat } from "../../../src/exporter/2-collect/darwin-vm-stat.ts";
import { arbitraryFile, isCount } from "../../support/arbitrary-text.ts";
import { macRecording } from "../../support/mac-recording.ts";

const recorded = macRecording("vm_stat");

describe("darwin-vm-stat", () => {
  it("counts pages of 16 KiB: what is used as Activity Monitor says, wired, and in the compressor", () => {
    const pages = 289631 + 287954 + 919 + 218103 + 716251 - 132 - 248945;
    assert.deepEqual(parseVmStat(recorded), {
      usedBytes: pages * 16384,
      wiredBytes: 218103 * 16384,
      compressorBytes: 716251 * 16384,
    });
  });

  it("takes the size of a page from the first line", () => {
    const small = recorded.toString().replace("16384", "4096");
    assert.equal(parseVmStat(Buffer.from(small))?.wiredBytes, 218103 * 4096);
  });

  it("sees a model's weights in wired memory: 76 GB on a recorded M5 Max", () => {
    const excerpt = parseVmStat(macRecording("vm_stat-m5max-excerpt"));
    assert.deepEqual(excerpt, { wiredBytes: 4654645 * 16384, compressorBytes: 63603 * 16384 });
  });

  it("knows nothing without the size of a page", () => {
    const headless = recorded.toString().split("\n").slice(1).join("\n");
    assert.equal(parseVmStat(Buffer.from(headless)), undefined);
  });

  it("never throws, and never yields a figure that is no count, whatever was printed", () => {
    const spoilt = fc
      .tuple(arbitraryFile, fc.nat(recorded.length))
      .map(([bytes, at]) =>
        Buffer.concat([recorded.subarray(0, at), bytes, recorded.subarray(at)]),
      );
    fc.assert(
      fc.property(fc.oneof(arbitraryFile, spoilt), (stdout) => {
        assert.ok(Object.values(parseVmStat(stdout) ?? {}).every(isCount));
      }),
    );
  });
});
