import assert from "node:assert/strict";
import { createGate, inSingleFlight } from "../../../src/exporter/4-expose/in-flight.ts";

/** Work that ends when a test says so. */
function work<T>() {
  const ends: ((value: T) => void)[] = [];
  return { ends, start: () => new Promise<T>((resolve) => ends.push(resolve)) };
}

describe("a gate", () => {
  it("refuses at once what is too much, and is open again when something ended", async () => {
    const gate = createGate(2);
    const { ends, start } = work<string>();
    const [first, second] = [gate(start), gate(start)];
    assert.equal(await gate(start), undefined);
    assert.equal(ends.length, 2);
    ends[0]?.("a");
    assert.equal(await first, "a");
    await assert.rejects(
      gate(() => Promise.reject(new Error("failed"))),
      /failed/,
    );
    const third = gate(start);
    ends[1]?.("b");
    ends[2]?.("c");
    assert.deepEqual([await second, await third], ["b", "c"]);
  });

  it("refuses nothing at 0", async () => {
    const gate = createGate(0);
    const { ends, start } = work<number>();
    const all = Array.from({ length: 100 }, () => gate(start));
    ends.forEach((end, n) => {
      end(n);
    });
    assert.equal((await Promise.all(all)).filter((value) => value === undefined).length, 0);
  });
});

describe("a single flight", () => {
  it("is shared by all who ask while it lasts, and by nobody afterwards", async () => {
    const { ends, start } = work<string>();
    const look = inSingleFlight(start);
    const early = [look(), look()];
    assert.equal(ends.length, 1);
    ends[0]?.("first");
    assert.deepEqual(await Promise.all(early), ["first", "first"]);
    const late = look();
    assert.equal(ends.length, 2);
    ends[1]?.("second");
    assert.equal(await late, "second");
  });

  it("that failed fails for all who shared it, and the next one is another", async () => {
    let calls = 0;
    const look = inSingleFlight(() =>
      (calls += 1) === 1 ? Promise.reject(new Error("failed")) : Promise.resolve("seen"),
    );
    const both = await Promise.allSettled([look(), look()]);
    assert.deepEqual(
      both.map(({ status }) => status),
      ["rejected", "rejected"],
    );
    assert.equal(await look(), "seen");
  });
});
