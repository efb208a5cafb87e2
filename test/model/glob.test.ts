import assert from "node:assert/strict";
import fc from "fast-check";
import { matchesGlob } from "../../src/model/glob.ts";

// prettier-ignore
const cases: readonly (readonly [glob: string, value: string, matches: boolean])[] = [
  ["chat", "chat", true],
  ["chat", "chats", false],
  ["", "", true],
  ["", "a", false],
  ["*", "", true],
  ["*", "any/thing", true],
  ["mlx-*.service", "mlx-chat.service", true],
  ["mlx-*.service", "mlx-.service", true],
  ["mlx-*.service", "mlx-chat.service.d", false],
  ["*a*b*", "xxaxxbxx", true],
  ["*a*b*", "xxbxxaxx", false],
  ["ghcr.io/*/mlx:?", "ghcr.io/acme/deep/mlx:1", true],
  ["?", "é", true],
  ["?", "🙂", true],
  ["?", "", false],
  ["a\\*", "a*", true],
  ["a\\*", "ab", false],
  ["a.c", "abc", false],
  ["[ab]", "a", false],
];

describe("a glob", () => {
  for (const [glob, value, matches] of cases) {
    it(`${JSON.stringify(glob)} ${matches ? "takes" : "leaves"} ${JSON.stringify(value)}`, () => {
      assert.equal(matchesGlob([glob], value), matches);
    });
  }

  it("is one of several, of which any may hold", () => {
    assert.ok(matchesGlob(["a", "b*"], "bc"));
    assert.ok(!matchesGlob([], ""));
  });

  it("means what the regular expression of its pieces means", () => {
    const texts = fc.string({ unit: fc.constantFrom("a", "b", "*", "?"), maxLength: 8 });
    fc.assert(
      fc.property(
        texts,
        fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 8 }),
        (glob, value) => {
          const pattern = new RegExp(`^${glob.replaceAll("*", ".*").replaceAll("?", ".")}$`);
          return matchesGlob([glob], value) === pattern.test(value);
        },
      ),
    );
  });

  it("of many stars is decided on a long value without trying every way", () => {
    assert.ok(!matchesGlob(["*a".repeat(50) + "b"], "a".repeat(5000)));
  });
});
