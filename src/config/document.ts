import { isMap, isPair, isScalar, isSeq, LineCounter, parseDocument, type Document } from "yaml";
import type { z } from "zod";
import { closest } from "../model/closest.ts";
import { checkData, type DocumentFinding } from "../model/document.ts";
import type { FileRead, Files } from "../model/host.ts";
import { UserError } from "../model/user-error.ts";

/** Reads a text file that the user named with a flag; what is in the way is said with the flag. */
export function readText(files: Files, path: string, flag: string): string {
  const read = files.read(path);
  if (read.kind === "read") return read.bytes.toString("utf8");
  throw unreadable(read, path, flag);
}

/** A path as written in a file, seen from where the file is. */
export function beside(file: string, path: string): string {
  const folder = file.slice(0, file.lastIndexOf("/") + 1);
  return path.startsWith("/") ? path : `${folder}${path}`;
}

/** Why a file or folder that the user named could not be read, as a sentence for them. */
export function unreadable(
  outcome: Exclude<FileRead, { readonly kind: "read" }>,
  path: string,
  flag: string,
): UserError {
  if (outcome.kind === "failed") {
    return new UserError("file-failed", { path, flag, detail: outcome.message });
  }
  return new UserError(`file-${outcome.kind}`, { path, flag });
}

/**
 * YAML text → a checked value. What is wrong is said with file, line, key, and what belongs there. What stands under
 * one of the `secrets`, as keys, is never repeated: sentences end up in logs.
 */
export function checkDocument<T>(
  path: string,
  text: string,
  schema: z.ZodType<T>,
  secrets: readonly string[] = [],
): T {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const lineAt = (offset: number): string => String(lines.linePos(offset).line);

  const broken = document.errors[0] ?? document.warnings[0];
  if (broken !== undefined) {
    const detail = broken.message.replace(/[.:]?\s*$/, "");
    throw new UserError(
      "bad-yaml",
      { path, line: lineAt(broken.pos[0]), detail },
      { cause: broken },
    );
  }
  const checked = checkData(schema, toData(document, path));
  if ("value" in checked) return checked.value;

  // A misspelt key is missing too, under its right name: the misspelling is what there is to mend.
  const [first, ...others] = checked.findings.toSorted(
    (a, b) => Number(b.kind === "unknown-key") - Number(a.kind === "unknown-key"),
  );
  if (first === undefined) throw new Error(`${path}: refused without a finding`);
  const more = others.length === 0 ? "" : ` (and ${others.length} more like it)`;
  throw new UserError("bad-document", {
    path,
    line: lineAt(offsetOf(document, first.path)),
    detail: `${sentence(first, secrets)}${more}`,
  });
}

/** Aliases that multiply into millions of nodes are refused by the library with an exception. */
function toData(document: Document, path: string): unknown {
  try {
    return document.toJS();
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw new UserError("bad-yaml", { path, line: "1", detail }, { cause: error });
  }
}

function sentence(finding: DocumentFinding, secrets: readonly string[]): string {
  const { path, kind, expected, found } = finding;
  const name = path.length === 0 ? "the document" : path.join(".");
  switch (kind) {
    case "unknown-key": {
      const nearest = closest(String(found), expected.split(/, | or /));
      const hint = nearest === undefined ? "" : ` (did you mean ${nearest}?)`;
      return `'${name}' is not a known key${hint}: expected ${expected}, found ${String(found)}`;
    }
    case "missing":
      return `'${name}' is missing: expected ${expected}, found nothing`;
    case "wrong":
      return `'${name}' must be ${expected}, but ${mayHoldSecret(finding, secrets) ? "something else" : shown(found)} was found`;
  }
}

/** In a file with secrets, what is out of place may be one too: only plain values at their own keys are shown. */
function mayHoldSecret(
  { path, found, secret }: DocumentFinding,
  secrets: readonly string[],
): boolean {
  if (secret === true) return true;
  if (secrets.length === 0) return false;
  const plain = typeof found === "string" ? !found.includes("\n") : typeof found !== "object";
  return !plain || path.length < 2 || path.some((key) => secrets.includes(String(key)));
}

const longestShown = 60;

/** Cut short, and without the name and password that a URL may hold. */
function shown(value: unknown): string {
  const written = typeof value === "number" ? String(value) : JSON.stringify(value);
  const text = written.replaceAll(/\/\/[^/?#"]*@/g, "//…@");
  return text.length > longestShown ? `${text.slice(0, longestShown)}…` : text;
}

/** Where the key or list entry at this path stands, or the nearest thing above it when it is missing. */
function offsetOf(document: Document, path: readonly (string | number)[]): number {
  let node: unknown = document.contents;
  let offset = 0;
  for (const key of path) {
    if (isSeq(node) && typeof key === "number") {
      node = node.items[key];
      offset = startOf(node) ?? offset;
      continue;
    }
    const pair = isMap(node)
      ? node.items.find((item) => isScalar(item.key) && item.key.value === key)
      : undefined;
    if (!isPair(pair)) break;
    offset = startOf(pair.key) ?? offset;
    node = pair.value;
  }
  return offset;
}

function startOf(node: unknown): number | undefined {
  return (node as { readonly range?: readonly [number, number, number] | null } | undefined)
    ?.range?.[0];
}
