import assert from "node:assert/strict";
import { pauseSeconds } from "../../../src/exporter/housing/kubernetes-source.ts";

describe("pauses between failures", () => {
  it("grow from a second to a minute, and differ", () => {
    assert.deepEqual(
      [0, 1, 2, 3, 6, 7, 50].map((failures) => pauseSeconds(failures, 0.5)),
      [1, 1, 2, 4, 32, 60, 60],
    );
    assert.deepEqual([pauseSeconds(1, 0), pauseSeconds(1, 1)], [0.5, 1.5]);
  });
});
