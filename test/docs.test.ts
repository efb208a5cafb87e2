import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { metrics } from "../src/catalog/metrics.ts";
import { commands } from "../src/commands/all.ts";
import { commandHelp } from "../src/commands/help.ts";
import { repository } from "./support/fixture-host.ts";

const note = "<!-- Made from the program's own tables by `npm run golden`; edit those. -->";

/** Holds a page of docs/ to what the program's tables say. */
function assertPage(name: string, text: string): void {
  const path = join(repository, "docs", name);
  if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(path, text);
  assert.equal(
    existsSync(path) ? readFileSync(path, "utf8") : "",
    text,
    `docs/${name}: 'npm run golden' rewrites it`,
  );
}

describe("the documentation", () => {
  it("shows the help of every command as the program prints it", () => {
    const parts = commands.map(
      (command) => `## ${command.name}\n\n\`\`\`\n${commandHelp(command)}\`\`\`\n`,
    );
    const codes =
      "Exit codes: 0 fine, 1 something was found or a check failed, 2 wrong usage or it could not do its work.\nData goes to stdout, everything else to stderr.";
    assertPage("cli.md", `${note}\n\n# The command line\n\n${codes}\n\n${parts.join("\n")}`);
  });

  it("lists every metric with its type, labels and meaning", () => {
    const rows = Object.values(metrics).map(
      ({ name, type, labels, help }) =>
        `| \`${name}\` | ${type} | ${labels.map((label) => `\`${label}\``).join(", ")} | ${help} |`,
    );
    const head =
      "An absent series means unknown, 0 means zero; `mlx_exporter_unavailable` says why a figure is absent.";
    assertPage(
      "metrics.md",
      `${note}\n\n# Metrics\n\n${head}\n\n| Metric | Type | Labels | Meaning |\n|---|---|---|---|\n${rows.join("\n")}\n`,
    );
  });

  it("links only to files that exist", () => {
    const pages = [
      "README.md",
      "ARCHITECTURE.md",
      "CONTRIBUTING.md",
      ...readdirSync(join(repository, "docs")).map((page) => `docs/${page}`),
    ];
    for (const page of pages) {
      const text = readFileSync(join(repository, page), "utf8");
      for (const [, target = ""] of text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)) {
        assert.ok(
          existsSync(join(repository, dirname(page), target)),
          `${page} links to ${target}`,
        );
      }
    }
  });
});
