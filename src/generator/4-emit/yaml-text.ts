import { Document, isCollection, isMap, isScalar, isSeq } from "yaml";
import type { Node } from "yaml";

/** Keys of this name do not appear in the text: their value is the comment above the map that holds them. */
export const comment: unique symbol = Symbol("comment");

/**
 * Plain values → YAML that Go's readers take as we mean it. Nothing is folded or aliased, order is kept, several lines
 * are a literal block, and words such as `on` or `12:30`, which older YAML reads otherwise, are quoted. `after` is a
 * comment at the end.
 */
export function yamlText(
  head: readonly string[],
  content: unknown,
  after: readonly string[] = [],
): string {
  const document = documentOf(content);
  document.commentBefore = commented(head);
  if (after.length > 0) document.comment = commented(after);
  return document.toString(style);
}

/** The same without a head, line by line, for what stands within a comment. */
export function yamlLines(content: unknown): readonly string[] {
  return documentOf(content).toString(style).trimEnd().split("\n");
}

const style = { lineWidth: 0, blockQuote: "literal" } as const;

function documentOf(content: unknown): Document {
  const document = new Document(content, { aliasDuplicateObjects: false, compat: "yaml-1.1" });
  attachComments(document.contents, content);
  return document;
}

function commented(lines: readonly string[]): string {
  return lines.map((line) => ` ${line}`).join("\n");
}

/** Walks the values and their nodes side by side. */
function attachComments(node: unknown, value: unknown): void {
  if (!isCollection(node) || typeof value !== "object" || value === null) return;
  if (comment in value) (node as Node).commentBefore = ` ${String(value[comment])}`;
  if (isSeq(node) && Array.isArray(value)) {
    node.items.forEach((item, index) => {
      attachComments(item, value[index]);
    });
  } else if (isMap(node)) {
    for (const { key, value: child } of node.items) {
      if (isScalar(key))
        attachComments(child, (value as Record<string, unknown>)[String(key.value)]);
    }
  }
}
