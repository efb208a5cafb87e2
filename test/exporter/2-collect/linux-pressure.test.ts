import assert from "node:assert/strict";
import fc from "fast-check";
import { parsePressure } from "../../../src/exporter/2-collect/linux-pressure.ts";
import { arbitraryText, isCount } from "../../support/arbitrary-text.ts";

describe("linux-pressure", () => {
  it("takes the totals in seconds and leaves the averages", () => {
    const text =
      "some avg10=1.50 avg60=0.00 avg300=0.00 total=2500000\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=0\n";
    assert.deepEqual(parsePressure("io", text), [
      { resource: "io", kind: "some", seconds: 2.5 },
      { resource: "io", kind: "full", seconds: 0 },
    ]);
  });

  it("takes one line where a kernel has no `full`, and no other kind", () => {
    assert.equal(
      parsePressure("cpu", "some avg10=0.00 total=1\nmost avg10=0.00 total=1\n").length,
      1,
    );
  });

  it("never throws and never yields anything but counts, on any text", () => {
    fc.assert(
      fc.property(arbitraryText, (text) => {
        const found = parsePressure("memory", `some x ${text}\n${text}`);
        assert.ok(found.every(({ seconds }) => isCount(seconds)));
      }),
    );
  });
});
