import assert from "node:assert/strict";
import { createPressureBook } from "../../../src/exporter/ledger/pressure-book.ts";
import type { LookedPressure } from "../../../src/model/look.ts";

const at = (
  scope: string,
  seconds: number,
  workloads: readonly string[] = ["chat"],
): LookedPressure => ({
  scope,
  workloads,
  pressure: [{ resource: "memory", kind: "full", seconds }],
});

/** What each workload lost in each look. */
function lost(...looks: readonly (readonly LookedPressure[])[]) {
  const book = createPressureBook();
  return looks.map((pressures) =>
    book.observe(pressures).map(({ workload, lost: all }) => [workload, all[0]?.seconds]),
  );
}

describe("pressure-book", () => {
  it("takes a cgroup's past for nothing lost, and counts from its second look on", () => {
    assert.deepEqual(lost([at("/a", 70)], [at("/a", 72)]), [[["chat", 0]], [["chat", 2]]]);
  });

  it("counts the cgroup that lost most where a workload lives in several: waiting together is waiting once", () => {
    assert.deepEqual(lost([at("/a", 0), at("/b", 0)], [at("/a", 3), at("/b", 5)])[1], [
      ["chat", 5],
    ]);
  });

  it("counts a cgroup that two workloads share for both", () => {
    const shared = (seconds: number) => at("/a", seconds, ["chat", "embed"]);
    assert.deepEqual(lost([shared(1)], [shared(2)])[1], [
      ["chat", 1],
      ["embed", 1],
    ]);
  });

  it("takes a total that fell for a new cgroup of the same name", () => {
    assert.deepEqual(lost([at("/a", 9)], [at("/a", 0.5)])[1], [["chat", 0.5]]);
  });

  it("counts nothing that was lost while nobody of ours was there", () => {
    assert.deepEqual(lost([at("/a", 1)], [], [at("/a", 50)]), [[["chat", 0]], [], [["chat", 0]]]);
  });
});
