import assert from "node:assert/strict";
import { createRateBook } from "../../../src/exporter/ledger/rates.ts";

describe("rates", () => {
  it("knows no rate from one look, and one from two", () => {
    const book = createRateBook();
    book.look("a", 10, 100);
    assert.deepEqual(book.cores("a"), { missing: "not_measured" });
    book.look("a", 12, 103);
    assert.deepEqual(book.cores("a"), { value: 1.5 });
  });

  it("is not moved by a second scraper that looks in between", () => {
    const alone = createRateBook();
    const shared = createRateBook();
    for (let time = 0; time <= 40; time++) {
      alone.look("a", time, time / 2);
      shared.look("a", time, time / 2);
      shared.look("a", time + 0.05, time / 2 + 0.04);
    }
    assert.deepEqual(shared.cores("a"), alone.cores("a"));
  });

  it("forgets what is older than its window of 15 seconds", () => {
    const book = createRateBook();
    for (let time = 0; time <= 60; time++) book.look("a", time, time < 30 ? time : 30);
    assert.deepEqual(book.cores("a"), { value: 0 });
  });

  it("starts anew when a count falls: it belongs to another cgroup of the same name", () => {
    const book = createRateBook();
    book.look("a", 0, 500);
    book.look("a", 1, 501);
    book.look("a", 2, 1);
    assert.deepEqual(book.cores("a"), { missing: "not_measured" });
    book.look("a", 3, 1.25);
    assert.deepEqual(book.cores("a"), { value: 0.25 });
  });

  it("forgets keys that nobody looks at any more", () => {
    const book = createRateBook();
    book.look("a", 0, 0);
    book.look("a", 1, 1);
    book.forgetBefore(2);
    assert.deepEqual(book.cores("a"), { missing: "not_measured" });
  });
});
