import assert from "node:assert/strict";
import fc from "fast-check";
import { parsePressure, readPressure } from "../../../src/exporter/2-collect/linux-pressure.ts";
import { fixtureHost, roots } from "../../support/fixture-host.ts";
import { memoryHost } from "../../support/memory-host.ts";
import { arbitraryText, isCount } from "../../support/arbitrary-text.ts";

describe("linux-pressure", () => {
  it("reads the stall times of each resource in seconds, some and full", () => {
    assert.deepEqual(readPressure(fixtureHost("unified-v2"), roots), {
      pressure: [
        { resource: "memory", kind: "some", seconds: 0.147306 },
        { resource: "memory", kind: "full", seconds: 0.119569 },
      ],
      success: true,
    });
  });

  it("skips lines it does not know", () => {
    const text = "some avg10=0.00 total=\nnone total=1\nfull avg10=1 total=2000000\n";
    assert.deepEqual(readPressure(memoryHost({ "/proc/pressure/cpu": text }), roots).pressure, [
      { resource: "cpu", kind: "full", seconds: 2 },
    ]);
  });

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
