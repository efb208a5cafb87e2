import assert from "node:assert/strict";
import fc from "fast-check";
import {
  figureOf,
  parseCount,
  parseKeyed,
  parseKeyedColon,
} from "../../../src/exporter/2-collect/figures.ts";
import { arbitraryText, isCount } from "../../support/arbitrary-text.ts";

describe("figures", () => {
  it("takes a whole decimal number and nothing else for a count", () => {
    assert.deepEqual(
      ["0", "7", "18446744073709551616", "-1", "1.5", "1e3", "0x10", " 1", "", "NaN"].map(
        parseCount,
      ),
      [0, 7, 2 ** 64, ...Array<undefined>(7).fill(undefined)],
    );
  });

  it("keeps unknown keys, and skips lines that are no pair", () => {
    assert.deepEqual(
      [...parseKeyed("oom 1\nlater_key 2\nbad\nworse -3\n x 4\n")],
      [
        ["oom", 1],
        ["later_key", 2],
      ],
    );
    assert.deepEqual(
      [...parseKeyedColon("MemTotal:       10 kB\nread_bytes: 7\nHugePages_Free:\nx y: 1\n")],
      [
        ["MemTotal", 10240],
        ["read_bytes", 7],
      ],
    );
  });

  it("tells why there is no figure", () => {
    const parse = (text: string) => parseCount(text);
    assert.deepEqual(figureOf({ kind: "absent" }, parse), { missing: "unsupported" });
    assert.deepEqual(figureOf({ kind: "forbidden" }, parse), { missing: "forbidden" });
    assert.deepEqual(figureOf({ kind: "failed", message: "EIO" }, parse), { missing: "error" });
    assert.deepEqual(figureOf({ kind: "read", text: "x" }, parse), {
      missing: "unsupported",
    });
  });

  it("never throws and never yields anything but counts, on any text", () => {
    fc.assert(
      fc.property(arbitraryText, (text) => {
        for (const parse of [parseKeyed, parseKeyedColon])
          assert.ok([...parse(text).values()].every(isCount));
      }),
    );
  });
});
