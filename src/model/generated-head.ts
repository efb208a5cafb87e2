/**
 * The sentences by which a generated file is known again. Only a file that says of itself that it is ours, and in its
 * place, may ever be removed: a copy elsewhere or a file of the user's own never is.
 */
export function generatedHead(version: string, path: string): readonly [string, string] {
  return [
    `Made by mlx-headroom ${version}. Do not edit: edits are lost.`,
    `Its place is ${path} below --out.`,
  ];
}

const ours =
  /(?:^| )Made by mlx-headroom \S+\. Do not edit: edits are lost\. Its place is (\S+) below --out\.(?: |$)/;

/**
 * Where a generated file belongs, with forward slashes below the output folder; undefined where its head does not say
 * that it is one. The head is the comment that a file begins with, after the line that names a script's shell or says
 * that it is XML (a page of Markdown has no such line), or the description of a JSON document.
 */
export function placeOf(text: string): string | undefined {
  return ours.exec(headOf(text))?.[1];
}

function headOf(text: string): string {
  if (text.startsWith("{")) return descriptionOf(text);
  if (/^(?:<\?xml |<!--\n)/.test(text)) return xmlCommentOf(text);
  return commentOf(text.replace(/^#!.*\n/, ""));
}

/** Two hyphens would end a comment of XML: each but the last of a row is followed by a space. */
export function xmlComment(text: string): string {
  return text.replaceAll(/-(?=-)/g, "- ");
}

function xmlCommentOf(text: string): string {
  const [, inside = ""] = /^(?:<\?xml [^>]*\?>\n)?<!--\n([^]*?)-->/.exec(text) ?? [];
  return inside.replaceAll(/- (?=-)/g, "-").replaceAll("\n", " ");
}

function commentOf(text: string): string {
  const lines = text.split("\n");
  const end = lines.findIndex((line) => !line.startsWith("# "));
  return lines
    .slice(0, end === -1 ? undefined : end)
    .map((line) => line.slice(2))
    .join(" ");
}

function descriptionOf(text: string): string {
  try {
    const document = JSON.parse(text) as { readonly description?: unknown };
    return typeof document.description === "string" ? document.description : "";
  } catch {
    return "";
  }
}
