import Handlebars from "handlebars";
import type { Plan } from "../../model/plan.ts";
import { head } from "./head.ts";

declare const kind: unique symbol;
/** Text that may stand in a page as it is. Templates take nothing else, so that no name is ever taken for markup. */
export type Markdown = string & { readonly [kind]: "markdown" };

export interface Values {
  readonly [name: string]: Markdown | boolean | readonly Markdown[] | readonly Values[];
}

/** A template of a page; a gap without a value is a bug and throws. */
export function pageOf(template: string): (values: Values) => string {
  return Handlebars.compile<Values>(template, { strict: true, noEscape: true });
}

/** The head of a page: a comment, which no reader shows. */
export function pageHead(plan: Plan, path: string): Markdown {
  return markdown(["<!--", ...head(plan, path), "-->"].join("\n"));
}

/** What was written as Markdown by ourselves: prose of the alerts, and what the functions below are joined to. */
export function markdown(text: string): Markdown {
  return text as Markdown;
}

/**
 * Anybody's text on one line, as it is read and never as markup. Bars are entities, for in a table even a bar within code
 * ends its cell; and an address is no link.
 */
export function plain(text: string): Markdown {
  return markdown(
    onOneLine(text)
      .replaceAll(/[\\`*[\]#]/g, "\\$&")
      .replaceAll(/(?<![\p{L}\p{N}])[_~]|[_~](?![\p{L}\p{N}])/gu, "\\$&")
      .replaceAll("&", "&amp;")
      .replaceAll("<", "&lt;")
      .replaceAll(">", "&gt;")
      .replaceAll("|", "&#124;")
      .replaceAll("://", ":&#47;/")
      .replace(/^[-+=]/, "\\$&")
      .replace(/^(\d+)([.)])(?=\s|$)/, "$1\\$2"),
  );
}

/** A name as code; one that code could not hold within a table is plain text. */
export function code(text: string): Markdown {
  const line = onOneLine(text);
  return line === "" || /[`|\\]/.test(line) ? plain(line) : markdown(`\`${line}\``);
}

/** Lines as they are, within a fence that is longer than any of their own. */
export function fenced(language: string, text: string): Markdown {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return markdown(`${fence}${language}\n${text}\n${fence}`);
}

/** A table that is not aligned by blanks: one row that became wider would change every line of the diff. */
export function table(
  columns: readonly string[],
  rows: readonly (readonly Markdown[])[],
): Markdown {
  const lines = [columns, columns.map(() => "---"), ...rows];
  return markdown(lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n"));
}

/** Each as an item of a list. */
export function list(items: readonly Markdown[]): Markdown {
  return markdown(items.map((item) => `- ${item}`).join("\n"));
}

function onOneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ").trim();
}
