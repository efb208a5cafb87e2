import assert from "node:assert/strict";
import fc from "fast-check";
import {
  countFds,
  readBsdInfo,
  readRusage,
  readTaskAllInfo,
  readTaskInfo,
  readVmInfo,
  rusageV4Size,
  rusageV6Size,
  secondsOf,
  taskAllInfoSize,
  vmInfoWords,
} from "../../src/host/darwin-structs.ts";
import { known, missing, type Figure } from "../../src/model/figure.ts";

/** A buffer in which every byte that a test does not set would be noticed. */
function filled(size: number, at: Readonly<Record<number, bigint | number>>): Buffer {
  const buffer = Buffer.alloc(size, 0xee);
  for (const [offset, value] of Object.entries(at)) {
    if (typeof value === "bigint") buffer.writeBigUInt64LE(value, Number(offset));
    else buffer.writeUInt32LE(value, Number(offset));
  }
  return buffer;
}

const appleTicks = 24_000_000n;
const intelTicks = 1_000_000_000n;
const mebibyte = 1024n * 1024n;

describe("what macOS writes", () => {
  it("names a process by pid, user and its start to the microsecond", () => {
    const buffer = filled(136, { 12: 4242, 20: 501, 120: 1_800_000_000n, 128: 250_000n });
    assert.deepEqual(readBsdInfo(buffer), {
      pid: known(4242),
      uid: known(501),
      startTime: known(1_800_000_000.25),
    });
  });

  it("has no start where the microseconds are a second or more", () => {
    const buffer = filled(136, { 120: 1_800_000_000n, 128: 1_000_000n });
    assert.deepEqual(readBsdInfo(buffer).startTime, missing("error"));
  });

  it("has threads and resident memory of a task, alone and behind what names its process", () => {
    const task = filled(96, { 8: 5n * mebibyte, 84: 17 });
    const expected = { residentBytes: known(5 * 1024 ** 2), threads: known(17) };
    assert.deepEqual(readTaskInfo(task), expected);
    const all = Buffer.concat([filled(136, { 12: 7, 20: 0, 120: 10n, 128: 0n }), task]);
    assert.equal(all.length, taskAllInfoSize);
    assert.deepEqual(readTaskAllInfo(all), {
      ...expected,
      pid: known(7),
      uid: known(0),
      startTime: known(10),
    });
  });

  for (const size of [rusageV4Size, rusageV6Size]) {
    it(`has the same figures at the same places of a usage of ${size} bytes`, () => {
      const buffer = filled(size, {
        16: 24_000_000n,
        24: 12_000_000n,
        48: 9n,
        56: 3n * mebibyte,
        64: 13n * mebibyte,
        72: 5154n * mebibyte,
        144: 100n,
        152: 200n,
        240: 9215n * mebibyte,
      });
      assert.deepEqual(readRusage(buffer), {
        userTicks: 24_000_000n,
        systemTicks: 12_000_000n,
        pageIns: known(9),
        wiredBytes: known(3 * 1024 ** 2),
        residentBytes: known(13 * 1024 ** 2),
        footprintBytes: known(5154 * 1024 ** 2),
        footprintPeakBytes: known(9215 * 1024 ** 2),
        diskReadBytes: known(100),
        diskWrittenBytes: known(200),
      });
    });
  }

  it("counts CPU time in ticks, not in nanoseconds: 24 million make a second on Apple's chips", () => {
    assert.deepEqual(secondsOf(24_000_000n, appleTicks), known(1));
    assert.deepEqual(secondsOf(3n, appleTicks), known(125e-9));
    assert.deepEqual(secondsOf(1_500_000_000n, intelTicks), known(1.5));
    const century = 3_155_760_000n * 32n;
    assert.deepEqual(
      secondsOf(century * appleTicks + 3n, appleTicks),
      known(Number(century) + 125e-9),
    );
  });

  it("has no CPU time where the kernel does not say how long a tick is", () => {
    assert.deepEqual(secondsOf(5n, undefined), missing("unsupported"));
    assert.deepEqual(secondsOf(5n, 0n), missing("unsupported"));
  });

  it("has graphics memory in two ledgers, of which one is compressed: a swapped-out model is in that", () => {
    const at = { 120: 4900n, 272: 0n, 280: 4879n * mebibyte, 288: 1n, 296: 1n };
    assert.deepEqual(readVmInfo(filled(336, at), vmInfoWords), {
      compressedBytes: known(4900),
      graphicsBytes: known(4879 * 1024 ** 2),
    });
  });

  it("has no graphics memory from a kernel that keeps no such ledgers, which is not 0", () => {
    const buffer = filled(336, { 120: 4900n, 272: 0n, 280: 0n });
    for (const words of [0, 30, 38, 42, 70, 71])
      assert.deepEqual(readVmInfo(buffer, words).graphicsBytes, missing("unsupported"));
    assert.deepEqual(readVmInfo(buffer, 72).graphicsBytes, known(0));
    assert.deepEqual(readVmInfo(buffer, 31).compressedBytes, missing("unsupported"));
    assert.deepEqual(readVmInfo(buffer, 32).compressedBytes, known(4900));
  });

  it("may have a ledger below zero, which is no amount of memory", () => {
    const at = { 120: 0n, 272: 2n ** 64n - 4096n, 280: 0n };
    assert.deepEqual(readVmInfo(filled(336, at), vmInfoWords).graphicsBytes, missing("error"));
  });

  it("lists a descriptor in 8 bytes", () => {
    assert.deepEqual([0, 8, 24, 80].map(countFds), [0, 1, 3, 10]);
  });

  it("gives figures or reasons, never throws and never a number that cannot be, whatever is in a buffer of any length", () => {
    const figures = (seen: object) =>
      Object.values(seen).filter((each): each is Figure => typeof each === "object");
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 500 }),
        fc.integer({ min: -5, max: 200 }),
        (bytes, words) => {
          const buffer = Buffer.from(bytes);
          const all = [
            readBsdInfo(buffer),
            readTaskInfo(buffer),
            readTaskAllInfo(buffer),
            readRusage(buffer),
            readVmInfo(buffer, words),
          ].flatMap(figures);
          for (const figure of all)
            if ("value" in figure)
              assert.ok(figure.value >= 0 && figure.value <= 2 * Number.MAX_SAFE_INTEGER);
        },
      ),
    );
  });

  it("is the number that was written, as long as a number holds it", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (value) => {
        const { footprintBytes } = readRusage(filled(rusageV4Size, { 72: value }));
        const isSafe = value <= BigInt(Number.MAX_SAFE_INTEGER);
        assert.deepEqual(footprintBytes, isSafe ? known(Number(value)) : missing("error"));
      }),
    );
  });
});
