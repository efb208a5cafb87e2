import { parsers } from "prettier/plugins/markdown";

/** A node of a page, as prettier's reader of Markdown has it. */
export interface MarkdownNode {
  readonly type: string;
  readonly value?: string;
  readonly url?: string;
  readonly lang?: string | null;
  readonly children?: readonly MarkdownNode[];
}

const read = new Map<string, readonly MarkdownNode[]>();

/** Every node of a page, parents before children. A page is read once. */
export function nodesOf(text: string): readonly MarkdownNode[] {
  const nodes = read.get(text) ?? flat(parsers.markdown.parse(text, {} as never) as MarkdownNode);
  read.set(text, nodes);
  return nodes;
}

export function nodesOfType(text: string, type: string): readonly MarkdownNode[] {
  return nodesOf(text).filter((node) => node.type === type);
}

/** What is read of a node: its text without markup. */
export function readText(node: MarkdownNode): string {
  return node.value ?? (node.children ?? []).map(readText).join("");
}

/** The cells of every table, row by row. */
export function tablesOf(text: string): readonly (readonly (readonly string[])[])[] {
  return nodesOfType(text, "table").map(({ children = [] }) =>
    children.map((row) => (row.children ?? []).map(readText)),
  );
}

function flat(node: MarkdownNode): readonly MarkdownNode[] {
  return [node, ...(node.children ?? []).flatMap(flat)];
}
