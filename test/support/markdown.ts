import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { repository } from "./fixture-host.ts";

/** One link of a page: what it points to as it is written there, and the line it stands in. */
export interface Link {
  readonly page: string;
  readonly line: number;
  readonly target: string;
}

/** A fenced block: its language, and its lines without the fence's indentation. */
export interface Block {
  readonly page: string;
  readonly line: number;
  readonly language: string;
  readonly text: string;
}

const elsewhere = new Set([
  "node_modules",
  ".cache",
  ".git",
  "build",
  "dist",
  "coverage",
  "monitoring",
  "test/golden",
]);

/**
 * Every page of the repository that people read, by its path from the root; what is fetched or built is none, nor are
 * goldens: their links lead to what is written beside them.
 */
export function pages(folder = ""): readonly string[] {
  return readdirSync(join(repository, folder), { withFileTypes: true })
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return elsewhere.has(path) ? [] : pages(path);
      return entry.name.endsWith(".md") ? [path] : [];
    })
    .sort();
}

/** The text of a page. */
export function page(path: string): string {
  return readFileSync(join(repository, path), "utf8");
}

/** Every fenced block of a page. */
export function blocks(path: string, text = page(path)): readonly Block[] {
  const found: Block[] = [];
  let open: { fence: string; indent: number; language: string; line: number } | undefined;
  let inside: string[] = [];
  for (const [index, line] of text.split("\n").entries()) {
    const [, indent = "", fence, language = ""] = /^(\s*)(`{3,}|~{3,})\s*(\S*)/.exec(line) ?? [];
    if (open === undefined) {
      if (fence !== undefined) open = { fence, indent: indent.length, language, line: index + 1 };
    } else if (fence !== undefined && fence.startsWith(open.fence) && language === "") {
      found.push({ page: path, line: open.line, language: open.language, text: inside.join("\n") });
      open = undefined;
      inside = [];
    } else inside.push(line.slice(Math.min(open.indent, line.length - line.trimStart().length)));
  }
  return found;
}

/** Every link and picture of a page, code aside. */
export function links(path: string, text = page(path)): readonly Link[] {
  return prose(text).flatMap((line, index) =>
    [
      ...line.matchAll(
        /\]\(<?([^)\s>]+)>?(?:\s+"[^"]*")?\)|<(https?:[^>\s]+)>|^\[[^\]]+\]:\s+(\S+)/g,
      ),
    ].map(([, inline, bare, reference]) => ({
      page: path,
      line: index + 1,
      target: inline ?? bare ?? reference ?? "",
    })),
  );
}

/** The lines of a page with all code blanked, so that the number of a line stays what it is. */
function prose(text: string): readonly string[] {
  let fence: string | undefined;
  return text.split("\n").map((line) => {
    const [, mark] = /^\s*(`{3,}|~{3,})/.exec(line) ?? [];
    if (fence === undefined) {
      fence = mark;
      return mark === undefined ? line.replace(/`[^`]*`/g, "") : "";
    }
    if (mark?.startsWith(fence) === true) fence = undefined;
    return "";
  });
}

/** The anchors of the headings of a page's text, as GitHub makes them: lower case, punctuation gone, repeated ones numbered. */
export function anchors(text: string): ReadonlySet<string> {
  const seen = new Map<string, number>();
  const found = new Set<string>();
  let fenced = false;
  for (const line of text.split("\n")) {
    if (/^\s*(`{3,}|~{3,})/.test(line)) fenced = !fenced;
    const heading = fenced ? undefined : /^#{1,6}\s+(.*?)\s*#*$/.exec(line)?.[1];
    if (heading === undefined) continue;
    const words = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").toLowerCase();
    const anchor = words.replace(/[^\p{L}\p{N}\s_-]/gu, "").replace(/\s/g, "-");
    const before = seen.get(anchor) ?? 0;
    seen.set(anchor, before + 1);
    found.add(before === 0 ? anchor : `${anchor}-${before}`);
  }
  return found;
}

/** Whether a link leaves the repository. */
export function isExternal({ target }: Link): boolean {
  return /^[a-z][a-z+.-]*:/i.test(target);
}

/** The file, from the root, and the anchor that an internal link names. */
export function destination({ page: from, target }: Link): readonly [string, string | undefined] {
  const [path = "", anchor] = target.split("#");
  return [path === "" ? from : normalize(join(dirname(from), decodeURI(path))), anchor];
}
