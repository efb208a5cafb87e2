import { LineCounter, parseDocument, type Document } from "yaml";
import type { z } from "zod";
import type { Host } from "../model/host.ts";
import { UserError } from "../model/user-error.ts";

/** Reads and checks one YAML file; `flag` is what the user gave it with. Whatever is wrong is a UserError with its line. */
export function readDocument<T>(host: Host, path: string, flag: string, schema: z.ZodType<T>): T {
  const read = host.files.read(path);
  switch (read.kind) {
    case "read":
      return checkDocument(path, read.bytes.toString("utf8"), schema);
    case "absent":
      throw new UserError("file-absent", { path, flag });
    case "forbidden":
      throw new UserError("file-forbidden", { path, flag });
    case "failed":
      throw new UserError("file-failed", { path, flag, detail: read.message });
  }
}

/** Checks a YAML text against a schema and names the first thing that is wrong with file, line and key. */
export function checkDocument<T>(path: string, text: string, schema: z.ZodType<T>): T {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const broken = document.errors[0];
  if (broken !== undefined) {
    const line = String(lines.linePos(broken.pos[0]).line);
    throw new UserError("bad-yaml", { path, line, detail: withoutFullStop(broken.message) });
  }
  const result = schema.safeParse(document.toJS({ maxAliasCount: 100 }));
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const keys = issue?.path ?? [];
  const surplus = issue?.code === "unrecognized_keys" ? issue.keys[0] : undefined;
  const at = lineOf(document, lines, surplus === undefined ? keys : [...keys, surplus]);
  throw new UserError("bad-document", {
    path,
    line: String(at),
    detail: sentence(keys, surplus, issue?.message ?? ""),
  });
}

function sentence(
  keys: readonly PropertyKey[],
  surplus: string | undefined,
  message: string,
): string {
  const where = keys.map(String).join(".");
  if (surplus !== undefined)
    return `there is no key '${surplus}' in ${where === "" ? "this file" : `'${where}'`}`;
  return `${where === "" ? "the file" : `'${where}'`}: ${withoutFullStop(message)}`;
}

function withoutFullStop(text: string): string {
  return text.replace(/\.$/, "");
}

/** The line of a key, or of the nearest thing around it that is there: a missing key has no line of its own. */
function lineOf(document: Document, lines: LineCounter, keys: readonly PropertyKey[]): number {
  for (let length = keys.length; length > 0; length--) {
    const parent: unknown =
      length === 1 ? document.contents : document.getIn(keys.slice(0, length - 1), true);
    const items = (parent as { readonly items?: readonly unknown[] } | undefined)?.items ?? [];
    const key = keys[length - 1];
    const item = typeof key === "number" ? items[key] : items.find((pair) => keyOf(pair) === key);
    const start = startOf((item as { readonly key?: unknown } | undefined)?.key ?? item);
    if (start !== undefined) return lines.linePos(start).line;
  }
  return 1;
}

function keyOf(pair: unknown): unknown {
  return (pair as { readonly key?: { readonly value?: unknown } }).key?.value;
}

function startOf(node: unknown): number | undefined {
  return (node as { readonly range?: readonly [number, number, number] } | undefined)?.range?.[0];
}
