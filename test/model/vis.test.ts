import assert from "node:assert/strict";
import fc from "fast-check";
import { unvis } from "../../src/model/vis.ts";

/** vis(3) with VIS_TAB, VIS_NL and VIS_NOSLASH, as ps calls it in the C locale. */
function vis(text: string): string {
  return [...Buffer.from(text)]
    .map((byte) => {
      if (byte === 9 || byte === 10) return byte === 9 ? "\\011" : "\\012";
      if ((byte & 0x7f) === 0x20) return byte === 0x20 ? " " : "\\240";
      const low = byte & 0x7f;
      const meta = byte > 0x7f ? "M" : "";
      const control = low < 0x20 || low === 0x7f;
      if (control) return `${meta}^${String.fromCharCode(low ^ 0x40)}`;
      return `${meta}${meta && "-"}${String.fromCharCode(low)}`;
    })
    .join("");
}

describe("vis", () => {
  it("makes a line feed of \\012 and a tab of \\011", () => {
    assert.equal(unvis("python -c import mlx\\012\\011run()"), "python -c import mlx\n\trun()");
  });

  it("makes UTF-8 of M- and M^ codes", () => {
    assert.equal(unvis("a M-bM^FM^R b"), "a → b");
    assert.equal(unvis("caf\\240M-CM-)"), "caf\\240é", "a byte that belongs to none stays");
    assert.equal(unvis("M-C\\240"), "à");
  });

  it("leaves what only looks like a code", () => {
    for (const text of ["M-bert-base", "--pattern ^A.*", "x\\n \\0123", "M-"])
      assert.equal(unvis(text), text.replace("\\012", "\n"));
    assert.equal(unvis("M-bM-bM^FM^R"), "M-b→");
  });

  it("gives back every text of letters, whatever their script", () => {
    const letters = fc
      .string({ unit: "grapheme" })
      .filter((text) => !/M[-^]|\\(01[12]|240)|[^\P{Cc}\t\n]/u.test(text));
    fc.assert(
      fc.property(letters, (text) => {
        assert.equal(unvis(vis(text)), text);
      }),
    );
  });

  it("never throws on any text", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom("M", "-", "^", "\\", "2", "4", "0", "b", "F") }),
        (text) => {
          assert.equal(typeof unvis(text), "string");
        },
      ),
    );
  });
});
