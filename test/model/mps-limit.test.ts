import assert from "node:assert/strict";
import fc from "fast-check";
import { parseMpsLimits } from "../../src/model/mps-limit.ts";

describe("the limit of an MPS client", () => {
  it("is read for each device, in the units that MPS takes", () => {
    assert.deepEqual(parseMpsLimits("0=1G,1=512MB"), [
      { ordinal: 0, bytes: 1024 ** 3 },
      { ordinal: 1, bytes: 512 * 1024 ** 2 },
    ]);
    assert.deepEqual(parseMpsLimits(" 2 = 64k "), [{ ordinal: 2, bytes: 65536 }]);
    assert.deepEqual(parseMpsLimits("0=123"), [{ ordinal: 0, bytes: 123 }]);
  });

  it("is nothing where MPS would not take it, whatever somebody put there", () => {
    for (const text of ["", "1G", "0=", "0=-1G", "0=1G,", "0=1G;1=2G", "0=1X", "0=1e9"])
      assert.equal(parseMpsLimits(text), undefined, text);
    fc.assert(
      fc.property(fc.string(), (text) => {
        for (const { bytes } of parseMpsLimits(text) ?? []) assert.ok(Number.isFinite(bytes));
      }),
    );
  });
});
