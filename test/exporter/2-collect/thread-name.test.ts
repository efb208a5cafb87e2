import assert from "node:assert/strict";
import fc from "fast-check";
import { threadName } from "../../../src/exporter/2-collect/thread-name.ts";

/** As a name comes out of /proc: its bytes as latin1. */
const comm = (name: string) => Buffer.from(name).toString("latin1");

describe("thread-name", () => {
  for (const [raw, name] of [
    ["mlx_lm.server", "mlx_lm.server"],
    ["python3", "python3"],
    ["python3.11", "python3.11"],
    ["python3-12", "python3-N"],
    ["worker7", "workerN"],
    ["asyncio_0", "asyncio_N"],
    ["OMP 3:4", "OMP N:N"],
    ["ThreadPoolExecu", "ThreadPoolExecu"],
    ["", "unnamed"],
  ] as const) {
    it(`counts '${raw}' under '${name}'`, () => {
      assert.equal(threadName(comm(raw)), name);
    });
  }

  it("counts names that the kernel cut at different places, for a longer number, under one", () => {
    const cut = [1, 12, 123, 1234].map((count) => `Thread-${count} (process_request)`.slice(0, 15));
    assert.equal(new Set(cut).size, 4);
    assert.deepEqual(new Set(cut.map((raw) => threadName(comm(raw)))), new Set(["Thread-N"]));
  });

  it("keeps what is no ASCII, and replaces a character that the kernel cut in the middle", () => {
    assert.equal(threadName(comm("läufer-3")), "läufer-N");
    assert.equal(threadName(comm("é".repeat(8)).slice(0, 15)), `${"é".repeat(7)}\uFFFD`);
  });

  it("makes 1 to 15 characters of any bytes, none of which moves a cursor or reorders a line", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 15 }), (bytes) => {
        const name = threadName(Buffer.from(bytes).toString("latin1"));
        assert.ok(Array.from(name).length >= 1 && Array.from(name).length <= 15);
        assert.doesNotMatch(name, /[\p{C}\p{Zl}\p{Zp}]/u);
      }),
    );
    assert.equal(threadName("\x1b[2J\n\x00x"), "\uFFFD[NJ\uFFFD\uFFFDx");
    assert.equal(threadName(comm("a\u202eb")), "a\uFFFDb");
  });
});
