/** One object of I/O Kit's registry, as ioreg prints it. */
export interface RegistryObject {
  readonly name: string;
  /** Its number in the registry, such as `0x100002dbd`: no later object gets the same. */
  readonly id: string;
  /** What stands behind `"KEY" = ` on a line of its own; undefined when it has no such property. */
  readonly property: (key: string) => string | undefined;
}

/**
 * Parses what ioreg printed into objects. Each has its own part, from `+-o ` to the next: a property belongs to the
 * object in whose part it stands, wherever in it. Before `+-o ` and before properties may be the branches of a tree.
 */
export function parseRegistry(text: string): readonly RegistryObject[] {
  return text
    .split(/^[ |]*\+-o /m)
    .slice(1)
    .flatMap((part) => {
      const head = /^(.+?) {2}<class [^,>]+, id (0x[0-9a-f]+)[,>]/.exec(part);
      if (head === null) return [];
      const [, name = "", id = ""] = head;
      const lines = part.split("\n");
      return [{ name, id, property: (key) => propertyIn(lines, key) }];
    });
}

function propertyIn(lines: readonly string[], key: string): string | undefined {
  const start = `"${key}" = `;
  for (const line of lines) {
    const trimmed = line.replace(/^[ |]*/, "");
    if (trimmed.startsWith(start)) return trimmed.slice(start.length).trimEnd();
  }
  return undefined;
}

/** The number behind `"KEY"=` in a dictionary: the whole key, for one may be the beginning of another. */
export function numberIn(dictionary: string | undefined, key: string): number | undefined {
  const start = `"${key}"=`;
  const at = dictionary?.indexOf(start) ?? -1;
  const digits =
    at < 0 ? null : /^\d{1,20}(?=[,}])/.exec(dictionary?.slice(at + start.length) ?? "");
  return digits === null ? undefined : Number(digits[0]);
}
