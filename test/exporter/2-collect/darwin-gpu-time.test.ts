import assert from "node:assert/strict";
import fc from "fast-check";
import { createGpuTimeBook } from "../../../src/exporter/2-collect/darwin-gpu-time.ts";

const server = { pid: 42, startTime: 1000 };
const client = (id: string, seconds: number, pid = 42) => ({ id, pid, nanoseconds: seconds * 1e9 });

describe("darwin-gpu-time", () => {
  it("takes nanoseconds for what they are, and begins with what was used before anybody looked", () => {
    const book = createGpuTimeBook();
    book.observe([{ id: "a", pid: 42, nanoseconds: 1_500_000_000 }], [server]);
    assert.equal(book.seconds(server), 1.5);
  });

  it("goes on counting what a client that vanished had used", () => {
    const book = createGpuTimeBook();
    book.observe([client("a", 5), client("b", 2)], [server]);
    book.observe([client("b", 3)], [server]);
    assert.equal(book.seconds(server), 8);
  });

  it("counts no client twice that was missing for a look", () => {
    const book = createGpuTimeBook();
    book.observe([client("a", 5)], [server]);
    book.observe([], [server]);
    book.observe([client("a", 6)], [server]);
    assert.equal(book.seconds(server), 6);
  });

  it("adds nothing where a counter fell", () => {
    const book = createGpuTimeBook();
    book.observe([client("a", 5)], [server]);
    book.observe([client("a", 1)], [server]);
    book.observe([client("a", 2)], [server]);
    assert.equal(book.seconds(server), 6);
  });

  it("knows nothing of clients of a process that ps does not list", () => {
    const book = createGpuTimeBook();
    book.observe([client("a", 5)], []);
    assert.equal(book.seconds(server), undefined);
    book.observe([client("a", 5)], [server]);
    assert.equal(book.seconds(server), 5);
  });

  it("starts anew for a reused pid, and gives it nothing of a client that its forerunner left behind", () => {
    const book = createGpuTimeBook();
    const next = { pid: 42, startTime: 2000 };
    book.observe([client("a", 5)], [server]);
    book.observe([client("a", 7), client("b", 1)], [next]);
    assert.equal(book.seconds(next), 1);
    assert.equal(book.seconds(server), undefined);
  });

  it("tells a client that used nothing yet from none", () => {
    const book = createGpuTimeBook();
    book.observe([client("a", 0)], [server]);
    assert.equal(book.seconds(server), 0);
  });

  it("never falls, whatever clients come and go", () => {
    const clients = fc.array(
      fc
        .tuple(fc.constantFrom("a", "b", "c"), fc.nat(9))
        .map(([id, seconds]) => client(id, seconds)),
      { maxLength: 3 },
    );
    fc.assert(
      fc.property(fc.array(clients, { maxLength: 30 }), (looks) => {
        const book = createGpuTimeBook();
        let before = 0;
        for (const look of looks) {
          book.observe(look, [server]);
          const now = book.seconds(server) ?? 0;
          assert.ok(now >= before);
          before = now;
        }
      }),
    );
  });
});
