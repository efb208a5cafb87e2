import assert from "node:assert/strict";
import fc from "fast-check";
import {
  code,
  fenced,
  markdown,
  pageOf,
  plain,
  table,
} from "../../../src/generator/4-emit/markdown.ts";
import { nodesOf, nodesOfType, readText, tablesOf } from "../../support/markdown-nodes.ts";

/** Characters that mean something to some reader of Markdown, and some that do not. */
const spiteful = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ...Array.from("|`*_[]()<>#+-=~!&\\ \t\n\r\u2028\"'.:1a"),
        "<script>",
        "-->",
        "&amp;",
        "](x)",
        "1. ",
        "- ",
      ),
      fc.string({ unit: "grapheme", maxLength: 3 }),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(""));

/** As it is read: on one line, with the blanks that readers keep. */
const asRead = (text: string) =>
  text
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ")
    .replaceAll(/\s+/gu, " ")
    .trim();

describe("Markdown", () => {
  it("shows anybody's text as it is, in a list and in a table, and never takes it for markup", () => {
    fc.assert(
      fc.property(spiteful, (text) => {
        fc.pre(!/\w[@:]|www\./.test(text));
        for (const spelt of [plain(text), code(text)]) {
          const item = nodesOf(`- x ${spelt}\n`);
          const kinds = new Set(item.map(({ type }) => type));
          for (const kind of ["root", "list", "listItem", "paragraph", "text", "inlineCode"])
            kinds.delete(kind);
          assert.deepEqual([...kinds], []);
          const [paragraph] = nodesOfType(`- x ${spelt}\n`, "paragraph");
          assert.ok(paragraph);
          assert.equal(asRead(readText(paragraph)), asRead(`x ${text}`));
          const [cells] = tablesOf(`${table(["a", "b"], [[spelt, markdown("end")]])}\n`);
          assert.deepEqual(cells?.[1]?.map(asRead), [asRead(text), "end"]);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("takes no text at the beginning of an item for another list, a heading or a line", () => {
    for (const text of ["- a", "+ a", "1. a", "1) a", "# a", "---", "===", "> a", "* a", "12."]) {
      const [paragraph, ...others] = nodesOfType(`- ${plain(text)}\n`, "paragraph");
      assert.ok(paragraph, text);
      assert.equal(readText(paragraph), text);
      assert.deepEqual(others, []);
    }
    assert.equal(plain("64.0 GiB"), "64.0 GiB");
    assert.equal(plain("mlx_lm.server"), "mlx_lm.server");
  });

  it("fences lines with more marks than any of them has", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[`~a \n]{0,20}$/), (text) => {
        const blocks = nodesOfType(`${fenced("sh", text)}\n\nafter\n`, "code");
        assert.deepEqual(
          blocks.map(({ lang, value }) => [lang, value]),
          [["sh", text]],
        );
      }),
    );
  });

  it("throws where a gap of a template has no value: that is a bug", () => {
    assert.equal(pageOf("{{a}} {{#each b}}{{this}};{{/each}}")({ a: plain("<"), b: [] }), "&lt; ");
    assert.throws(() => pageOf("{{a}}")({}), /"a" not defined/);
  });
});
