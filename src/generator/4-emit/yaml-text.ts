import { Document, isCollection, isMap, isScalar, isSeq } from "yaml";
import type { Node } from "yaml";

/** Keys of this name do not appear in the text: their value is the comment above the map that holds them. */
export const comment: unique symbol = Symbol("comment");

/**
 * Plain values → YAML that Go's readers take as we mean it. Nothing is folded or aliased, order is kept, several lines
 * are a literal block, and words such as `on` or `12:30`, which older YAML reads otherwise, are quoted.
 */
export function yamlText(head: readonly string[], content: unknown): string {
  const document = new Document(content, { aliasDuplicateObjects: false, compat: "yaml-1.1" });
  document.commentBefore = head.map((line) => ` ${line}`).join("\n");
  attachComments(document.contents, content);
  return document.toString({ lineWidth: 0, blockQuote: "literal" });
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
