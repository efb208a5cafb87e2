import assert from "node:assert/strict";
import { generatedHead, placeOf } from "../../src/model/generated-head.ts";

const head = generatedHead("0.1.0-rc.1", "a/b.yml");
const comment = (...lines: readonly string[]) => lines.map((line) => `# ${line}\n`).join("");

describe("the head of a generated file", () => {
  it("says where the file belongs, among other comments or alone", () => {
    assert.equal(
      placeOf(`${comment("About.", ...head, "Remake with x.")}\ngroups: []\n`),
      "a/b.yml",
    );
    assert.equal(placeOf(comment(...head).trimEnd()), "a/b.yml");
  });

  it("is the description of a JSON document", () => {
    assert.equal(placeOf(JSON.stringify({ description: `${head.join(" ")} Remake.` })), "a/b.yml");
  });

  it("is the comment that a page of Markdown begins with", () => {
    const page = (...lines: readonly string[]) => `<!--\n${lines.join("\n")}\n-->\n\n# A page\n`;
    assert.equal(placeOf(page("About.", ...head, "Remake with x.")), "a/b.yml");
    assert.equal(placeOf(`# A page\n\n${page(...head)}`), undefined);
    assert.equal(placeOf(page("Of somebody else.").concat(head.join("\n"))), undefined);
  });

  const others: Readonly<Record<string, string>> = {
    "an empty file": "",
    "a file without a head": "groups: []\n",
    "a head that somebody cut": comment(head[0]),
    "a head below the text": `groups: []\n${comment(...head)}`,
    "a text that quotes it": comment(`He said: "${head.join(" ")}"`),
    "a JSON document without a description": "{}",
    "a JSON document with another": JSON.stringify({ description: 1 }),
    "broken JSON": `{"description":"${head.join(" ")}"`,
  };
  for (const [claim, text] of Object.entries(others)) {
    it(`is not found in ${claim}`, () => {
      assert.equal(placeOf(text), undefined);
    });
  }
});
