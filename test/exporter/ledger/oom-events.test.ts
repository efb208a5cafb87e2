import assert from "node:assert/strict";
import { createOomEvents } from "../../../src/exporter/ledger/oom-events.ts";

/** What is counted for `chat` in looks that were told of so many events and kills, one after the other. */
function counted(...looks: readonly (readonly [told: number, kills: number])[]) {
  const events = createOomEvents();
  return looks.map(([told, kills]) => {
    const added = events.observe(
      new Map(told === 0 ? [] : [["chat", told]]),
      Array.from({ length: kills }, () => "chat"),
    );
    return added.get("chat") ?? 0;
  });
}

describe("oom-events", () => {
  it("counts what levels tell, and no kill that this was the event of, seen in the same look or two later", () => {
    assert.deepEqual(counted([3, 0], [0, 0]), [3, 0]);
    assert.deepEqual(counted([1, 1]), [1]);
    assert.deepEqual(counted([1, 0], [0, 1]), [1, 0]);
    assert.deepEqual(counted([1, 0], [0, 0], [0, 1]), [1, 0, 0]);
  });

  it("counts a kill of whose event nothing tells, and not once more when that is told after all", () => {
    assert.deepEqual(counted([0, 1], [0, 0], [0, 1]), [1, 0, 1]);
    assert.deepEqual(counted([0, 1], [1, 0]), [1, 0]);
    assert.deepEqual(counted([0, 1], [0, 0], [3, 0]), [1, 0, 2]);
    assert.deepEqual(counted([0, 2], [1, 1]), [2, 1]);
  });

  it("takes what is told three looks apart for two events", () => {
    assert.deepEqual(counted([1, 0], [0, 0], [0, 0], [0, 1]), [1, 0, 0, 1]);
    assert.deepEqual(counted([0, 1], [0, 0], [0, 0], [1, 0]), [1, 0, 0, 1]);
  });

  it("lets no workload pay for another", () => {
    const added = createOomEvents().observe(new Map([["chat", 1]]), ["embed"]);
    assert.deepEqual(
      [...added],
      [
        ["chat", 1],
        ["embed", 1],
      ],
    );
  });
});
