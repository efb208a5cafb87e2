import assert from "node:assert/strict";
import { createDropCount } from "../../../src/exporter/ledger/drop-count.ts";

describe("drop-count", () => {
  it("counts what is newly left out, not what still is", () => {
    const count = createDropCount();
    const seen = [3, 3, 5, 1, 2].map(
      (processes) => count.add({ processes, workloads: 0, labels: 0 }).processes,
    );
    assert.deepEqual(seen, [3, 3, 5, 5, 6]);
  });
});
