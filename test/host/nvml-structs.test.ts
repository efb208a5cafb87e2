import assert from "node:assert/strict";
import fc from "fast-check";
import {
  readMemoryV1,
  readMemoryV2,
  readProcesses,
  readText,
  readUtilizations,
  untouched,
} from "../../src/host/nvml-structs.ts";
import { known, missing } from "../../src/model/figure.ts";

interface Row {
  readonly pid: number;
  readonly bytes: bigint;
  readonly instance: number;
}

/** Rows as a driver writes them, field by field, so that padding stays as it was. */
function written(rows: readonly Row[], size: number, capacity: number, fill: number): Buffer {
  const buffer = Buffer.alloc(capacity * 32, untouched);
  buffer.fill(fill, 0, capacity * size);
  rows.forEach(({ pid, bytes, instance }, index) => {
    const at = index * size;
    buffer.writeUInt32LE(pid, at);
    buffer.writeBigUInt64LE(bytes, at + 8);
    if (size >= 24) {
      buffer.writeUInt32LE(instance, at + 16);
      buffer.writeUInt32LE(2 ** 32 - 1, at + 20);
    }
    if (size >= 32) buffer.writeBigUInt64LE(0n, at + 24);
  });
  return buffer;
}

const row = fc.record({
  pid: fc.nat({ max: 4_194_304 }),
  // The highest byte of a size tells where a row ends: no GPU has 2^63 bytes.
  bytes: fc.oneof(fc.bigInt({ min: 0n, max: 2n ** 53n - 1n }), fc.constant(2n ** 64n - 1n)),
  instance: fc.oneof(fc.nat({ max: 14 }), fc.constant(2 ** 32 - 1)),
});

describe("what NVML writes", () => {
  it("gives the rows back that were written, whichever of three layouts the driver has", () => {
    fc.assert(
      fc.property(
        fc.array(row, { minLength: 1, maxLength: 40 }),
        fc.constantFrom(16, 24, 32),
        fc.nat({ max: 32 }),
        (rows, size, spare) => {
          const capacity = rows.length + spare;
          const read = readProcesses(
            written(rows, size, capacity, untouched),
            rows.length,
            capacity,
          );
          assert.deepEqual(
            read,
            rows.map(({ pid, bytes, instance }) => ({
              pid,
              memoryBytes: bytes === 2n ** 64n - 1n ? missing("unsupported") : known(Number(bytes)),
              ...(size > 16 && instance < 2 ** 32 - 1 && { gpuInstance: instance }),
            })),
          );
        },
      ),
    );
  });

  it("is understood where the whole buffer was cleared first, and refused where it fits no layout", () => {
    const rows = [{ pid: 7, bytes: 5n, instance: 2 ** 32 - 1 }];
    for (const size of [16, 24, 32])
      assert.equal(readProcesses(written(rows, size, 40, 0), 1, 40)?.[0]?.pid, 7);
    assert.equal(readProcesses(Buffer.alloc(320, 0), 1, 5), undefined);
    assert.deepEqual(readProcesses(Buffer.alloc(320, untouched), 0, 10), []);
  });

  it("never reads beyond the buffer, whatever a library says it wrote", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 400 }),
        fc.nat(100),
        fc.nat(100),
        (bytes, count, room) => {
          readProcesses(Buffer.from(bytes), count, room);
          readUtilizations(Buffer.from(bytes), count);
        },
      ),
    );
  });

  it("holds memory in two layouts, of which only the newer tells what the driver keeps", () => {
    const v2 = Buffer.alloc(40);
    [80n, 1n, 39n, 40n].forEach((value, index) => v2.writeBigUInt64LE(value, 8 + 8 * index));
    assert.deepEqual(readMemoryV2(v2), {
      totalBytes: known(80),
      reservedBytes: known(1),
      usedBytes: known(41),
    });
    const v1 = Buffer.alloc(24);
    [80n, 39n, 41n].forEach((value, index) => v1.writeBigUInt64LE(value, 8 * index));
    assert.deepEqual(readMemoryV1(v1), {
      totalBytes: known(80),
      reservedBytes: missing("unsupported"),
      usedBytes: known(41),
    });
    assert.deepEqual(readMemoryV1(Buffer.alloc(24, 0xff)).usedBytes, missing("unsupported"));
  });

  it("is text up to its first NUL", () => {
    assert.equal(readText(Buffer.from("GPU-1\0rest")), "GPU-1");
    assert.equal(readText(Buffer.from("GPU")), "GPU");
  });
});
