import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { understood } from "../src/cli.ts";
import { UserError } from "../src/model/user-error.ts";
import { shellCommands } from "./support/shell-words.ts";
import { repository } from "./support/fixture-host.ts";
import {
  anchors,
  blocks,
  destination,
  isExternal,
  links,
  page,
  pages,
  type Block,
  type Link,
} from "./support/markdown.ts";

const listOfLinks = "docs/links.md";
/** What the reader's own machine answers. */
const onLoopback = /^https?:\/\/(?:127\.0\.0\.1|localhost)[:/]/;
const shells = new Set(["sh", "bash", "console", ""]);

/** What is wrong with an internal link, or undefined. */
function fault(link: Link): string | undefined {
  const [path, anchor] = destination(link);
  const where = `${link.page}:${link.line} links to ${link.target}`;
  if (!existsSync(join(repository, path))) return `${where}, which is no file`;
  if (anchor === undefined || !path.endsWith(".md")) return undefined;
  return anchors(page(path)).has(anchor) ? undefined : `${where}, and ${path} has no such heading`;
}

/** The addresses that pages name outside the repository, each with the pages that do. */
function externalLinks(): string {
  const users = new Map<string, Set<string>>();
  for (const path of pages().filter((name) => name !== listOfLinks))
    for (const link of links(path).filter((one) => isExternal(one) && !onLoopback.test(one.target)))
      users.set(link.target, (users.get(link.target) ?? new Set()).add(path));
  const rows = [...users]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([target, from]) => {
      const by = [...from].map((path) => `[${path}](../${path})`).join(", ");
      return `- <${target}>: ${by}`;
    });
  return [
    "<!-- Made from every page by `npm run golden`. -->",
    "",
    "# External links",
    "",
    "What the pages of this repository point to outside of it. No test asks for these addresses: look at them before a release.",
    "",
    ...rows,
    "",
  ].join("\n");
}

/** The command lines of blocks that a shell reads, each with where it stands. */
function commandLines(program: string): readonly (readonly [string, readonly string[]])[] {
  return pages()
    .flatMap((path) => blocks(path))
    .filter(({ language }) => shells.has(language))
    .flatMap((block: Block) =>
      shellCommands(block.text)
        .filter(([name]) => name === program)
        .map(
          (words) => [`${block.page}:${block.line}: ${words.join(" ")}`, words.slice(1)] as const,
        ),
    );
}

describe("the pages", () => {
  it("link only to files and headings that exist", () => {
    const internal = pages()
      .flatMap((path) => links(path))
      .filter((link) => !isExternal(link));
    assert.ok(internal.length > 100);
    assert.deepEqual(
      internal.flatMap((link) => fault(link) ?? []),
      [],
    );
  });

  it("know a heading that is gone and a file that is gone from those that are there", () => {
    const [a, b, c, d] = links(
      "docs/x.md",
      "# A `b`: c?\n[1](cli.md#serve) [2](cli.md#gone) [3](gone.md)\n```\n[no](no.md)\n```\n`[no](no.md)` [4](#a-b-c)",
    );
    assert.ok(a && b && c && d);
    assert.equal(fault(a), undefined);
    assert.match(
      fault(b) ?? "",
      /docs\/x\.md:2 links to cli\.md#gone, and docs\/cli\.md has no such heading/,
    );
    assert.match(fault(c) ?? "", /docs\/x\.md:2 links to gone\.md, which is no file/);
    assert.equal(d.line, 6);
    assert.deepEqual(
      [...anchors("# A `b`: c?\n## Same\n## Same\n```\n# no\n```")],
      ["a-b-c", "same", "same-1"],
    );
  });

  it("quote tests, where they link to one in docs/security.md, by a title that it has", () => {
    const text = page("docs/security.md");
    const quoted = [...text.matchAll(/\[([^\]]+)\]\(\.\.\/(test\/[^)]+)\)/g)];
    const titles = quoted.filter(([, title]) => title !== "architecture's law");
    assert.ok(titles.length > 25);
    const untrue = titles.filter(([, title = "", path = ""]) => {
      const sentence = title.replace(/\s+/g, " ");
      return !page(path).includes(sentence);
    });
    assert.deepEqual(
      untrue.map(([, title, path]) => `${path}: ${title}`),
      [],
    );
  });

  it("have every external link in docs/links.md, with the pages that use it", () => {
    const path = join(repository, listOfLinks);
    const text = externalLinks();
    if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(path, text);
    assert.equal(
      existsSync(path) ? readFileSync(path, "utf8") : "",
      text,
      "'npm run golden' rewrites it",
    );
  });

  it("show only command lines of mlx-headroom that the program understands", () => {
    const shown = commandLines("mlx-headroom");
    assert.ok(shown.length > 40);
    const refused = shown.flatMap(([where, argv]) => {
      // Asked for the help of everything, as `mlx-headroom --help`: there is no command in it.
      if (argv.length === 1 && ["--help", "--version", "help"].includes(argv[0] ?? "")) return [];
      try {
        understood(argv.filter((word) => word !== "--help"));
        return [];
      } catch (error) {
        if (error instanceof UserError) return [`${where}: ${error.message}`];
        throw error;
      }
    });
    assert.deepEqual(refused, []);
  });

  it("call only scripts that package.json has", () => {
    const { scripts } = JSON.parse(page("package.json")) as { scripts: Record<string, string> };
    const inline = pages().flatMap((path) =>
      [...page(path).matchAll(/npm run ([a-z][\w:-]*)/g)].map(
        ([, name = ""]) => [path, name] as const,
      ),
    );
    assert.ok(inline.length > 10);
    assert.deepEqual(
      inline.filter(([, name]) => scripts[name] === undefined),
      [],
    );
  });

  it("tell of every key of the config file", () => {
    const schema = JSON.parse(page("docs/config.schema.json")) as unknown;
    const told = ["config", "policy", "probes", "alertmanager"]
      .map((name) => page(`docs/${name}.md`))
      .join("\n");
    const untold = [...keysOf(schema)].filter(
      (key) => !new RegExp(`(?:\`[\\w.]*|[ {])${key}(?:\`|:)`).test(told),
    );
    assert.ok(keysOf(schema).size > 40);
    assert.deepEqual(untold, []);
  });
});

/** The names of all properties that a JSON Schema knows, at every depth. */
function keysOf(schema: unknown): ReadonlySet<string> {
  if (typeof schema !== "object" || schema === null) return new Set();
  const here =
    "properties" in schema && typeof schema.properties === "object" && schema.properties !== null
      ? Object.keys(schema.properties)
      : [];
  return new Set([...here, ...Object.values(schema).flatMap((value) => [...keysOf(value)])]);
}
