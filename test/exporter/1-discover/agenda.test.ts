import assert from "node:assert/strict";
import { createAgenda } from "../../../src/exporter/1-discover/agenda.ts";
import { createRolling } from "../../../src/exporter/1-discover/rolling.ts";

describe("the agenda", () => {
  it("names what was born a second and five seconds later, once each", () => {
    const agenda = createAgenda();
    agenda.afterBirth(7, 100);
    assert.deepEqual(agenda.due(100.9), []);
    assert.deepEqual(agenda.due(101), [7]);
    assert.deepEqual(agenda.due(104), []);
    assert.deepEqual(agenda.due(105), [7]);
    assert.deepEqual(agenda.due(9999), []);
  });

  it("names what cannot wait at the next look, and no pid twice", () => {
    const agenda = createAgenda();
    agenda.afterBirth(7, 100);
    agenda.soon(7);
    agenda.soon(7);
    agenda.soon(8);
    assert.deepEqual(agenda.due(200), [7, 8]);
    assert.deepEqual(agenda.due(200), []);
  });
});

describe("a rolling review", () => {
  it("comes round once a minute however often it is asked, and follows what comes and goes", () => {
    const keys = new Map(Array.from({ length: 10 }, (_, key) => [key, key]));
    const share = createRolling(
      () => keys.keys(),
      () => keys.size,
    );
    share(0);
    const seen: number[] = [];
    for (let tenth = 1; tenth <= 600; tenth++) seen.push(...share(tenth / 10));
    assert.deepEqual(seen, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    keys.delete(0);
    keys.set(10, 10);
    assert.deepEqual(new Set(share(120)), new Set([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]));
  });

  it("owes nothing for the time in which nobody asked but one round", () => {
    const keys = new Map([[1, 1]]);
    const share = createRolling(
      () => keys.keys(),
      () => keys.size,
    );
    share(0);
    assert.deepEqual(share(100_000), [1]);
    keys.clear();
    assert.deepEqual(share(200_000), []);
  });
});
