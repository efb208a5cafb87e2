import assert from "node:assert/strict";
import fc from "fast-check";
import { readArguments } from "../../src/host/darwin-arguments.ts";

interface Written {
  readonly path: string;
  readonly args: readonly string[];
  readonly environment?: readonly string[];
  /** As the kernel says; else how many there are. */
  readonly count?: number;
}

/** As KERN_PROCARGS2 gives it: the path and its NUL are filled up to 8 bytes. */
function written({ path, args, environment = [], count = args.length }: Written): Buffer {
  const head = Buffer.alloc(4);
  head.writeInt32LE(count);
  const start = Buffer.from(`${path}\0`);
  const padding = Buffer.alloc((8 - (start.length % 8)) % 8);
  const strings = [...args, ...environment].map((text) => Buffer.from(`${text}\0`));
  return Buffer.concat([head, start, padding, ...strings]);
}

const path = "/opt/homebrew/bin/python3.13";
const environment = ["SECRET=1", "HOME=/Users/dev"];
const text = fc.string({ unit: "binary", maxLength: 12 }).map((any) => any.replaceAll("\0", "x"));

describe("arguments as macOS gives them", () => {
  it("are exact: blanks, quotes, line feeds and other scripts stay where they are", () => {
    const args = ["python3", "-m", "mlx_lm.server", "--args", '{"a": "b c"}', "a\nb", "模型"];
    assert.deepEqual(readArguments(written({ path, args, environment })), args);
  });

  it("end where the kernel says, whatever follows: that is the environment", () => {
    const args = ["python3", "x"];
    assert.deepEqual(readArguments(written({ path, args, environment })), args);
    assert.deepEqual(readArguments(written({ path, args: [], environment })), []);
  });

  it("may be empty, in the middle, at the end, and at the start, where NULs stand anyway", () => {
    for (const args of [
      ["python3", "", "x", ""],
      ["", "x"],
      ["", "", ""],
    ])
      assert.deepEqual(readArguments(written({ path, args, environment })), args);
  });

  it("start behind the path whatever its length", () => {
    for (let length = 1; length <= 40; length++) {
      const args = ["", "x"];
      const read = readArguments(written({ path: "p".repeat(length), args, environment }));
      assert.deepEqual(read, args, `a path of ${length}`);
    }
  });

  it("are as many as there were when their process wrote NULs over them", () => {
    const args = ["title", "", "", ""];
    assert.deepEqual(readArguments(written({ path, args, environment })), args);
  });

  it("are none, with a reason, where the text ends before them", () => {
    const whole = written({ path, args: ["python3", "serve"], environment: [] });
    for (let length = 0; length < whole.length; length++)
      assert.deepEqual(readArguments(whole.subarray(0, length)), { missing: "error" });
    assert.deepEqual(readArguments(written({ path, args: ["x"], count: -1 })), {
      missing: "error",
    });
    assert.deepEqual(readArguments(written({ path, args: ["x"], count: 2 ** 31 - 1 })), {
      missing: "error",
    });
  });

  it("are read as far as those of Linux, however many there are", () => {
    const args = Array.from({ length: 10_000 }, () => "x".repeat(99));
    const read = readArguments(written({ path, args }));
    assert.ok(Array.isArray(read));
    assert.equal(read.length, Math.ceil((128 * 1024) / 100));
    const long = readArguments(written({ path, args: ["x", "y".repeat(1_000_000), "z"] }));
    assert.deepEqual(long, ["x", "y".repeat(128 * 1024 - 2)]);
  });

  it("that are no UTF-8 are read with replacements", () => {
    const bytes = written({ path, args: ["a?b"] });
    bytes[bytes.indexOf("?")] = 0xff;
    assert.deepEqual(readArguments(bytes), ["a\ufffdb"]);
  });

  it("are those that were written, and nothing of the environment is ever among them", () => {
    fc.assert(
      fc.property(text, fc.array(text, { maxLength: 8 }), fc.array(text), (name, args, others) => {
        const marked = others.map((other) => `ENV=${other}`);
        // A path is never empty, and holds what bytes it likes.
        const read = readArguments(written({ path: `/${name}`, args, environment: marked }));
        assert.deepEqual(
          read,
          args.map((arg) => Buffer.from(arg).toString("utf8")),
        );
      }),
    );
  });

  it("never throw, and are never more than the kernel said, whatever bytes there are", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.integer({ max: 9 }), (bytes, count) => {
        const buffer = Buffer.from(bytes);
        if (buffer.length >= 4) buffer.writeInt32LE(count);
        const read = readArguments(buffer);
        if ("missing" in read) return;
        assert.ok(read.length <= Math.max(0, count));
      }),
    );
  });
});
