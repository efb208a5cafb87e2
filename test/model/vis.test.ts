import assert from "node:assert/strict";
import fc from "fast-check";
import { unvis } from "../../src/model/vis.ts";
import { printed } from "../exporter/1-discover/darwin-rows.ts";

describe("undoing vis(3)", () => {
  // prettier-ignore
  const cases: readonly (readonly [string, string])[] = [
    ["a\\012b\\011c", "a\nb\tc"],
    ["M-bM^FM^R", "→"],
    ["M-CM-)t", "ét"],
    ["M-B\\240", "\u00A0"],
    ["M-pM^_M-&M^Y", "🦙"],
    ["/models/LLM-base-M-4", "/models/LLM-base-M-4"],
    ["M-bM^F", "M-bM^F"],
    ["M-CM-CM-)", "M-Cé"],
    ["M-mM- M^@", "M-mM- M^@"],
    ["\\000 \\999 \\n ^A", "\\000 \\999 \\n ^A"],
    ["M-mM^_M-?", "\uD7FF"],
    ["M-mM-!M^@", "M-mM-!M^@"],
    ["", ""],
  ];
  for (const [text, plain] of cases) {
    it(`makes ${JSON.stringify(plain)} of ${JSON.stringify(text)}`, () => {
      assert.equal(unvis(text), plain);
    });
  }

  it("gives back any text without the marks of the encoding", () => {
    const text = fc
      .string({ unit: "binary" })
      .filter((each) => !/[\\^]|M-|\p{Cc}|\p{Cs}/u.test(each));
    fc.assert(
      fc.property(text, (plain) => {
        assert.equal(unvis(printed([plain])), plain);
      }),
    );
  });
});
