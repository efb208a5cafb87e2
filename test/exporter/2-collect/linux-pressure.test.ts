import assert from "node:assert/strict";
import { readPressure } from "../../../src/exporter/2-collect/linux-pressure.ts";
import { fixtureHost, roots } from "../../support/fixture-host.ts";
import { memoryHost } from "../../support/memory-host.ts";

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
});
