/** One line of an exposition. */
export interface Series {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Reads the text format, as far as tests ask: names, labels with escapes, values. */
export function parseExposition(text: string): readonly Series[] {
  return text
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => {
      const [, name = "", labels = "", value] =
        /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
      const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(
        ([, key = "", raw = ""]) => [
          key,
          raw.replace(/\\(.)/g, (_, escaped: string) => (escaped === "n" ? "\n" : escaped)),
        ],
      );
      return {
        name,
        labels: Object.fromEntries(pairs) as Record<string, string>,
        value: Number(value),
      };
    });
}

/** Series of one family whose labels include the given ones. */
export function select(
  text: string,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): readonly Series[] {
  return parseExposition(text).filter(
    (series) =>
      series.name === name &&
      Object.entries(labels).every(([key, value]) => series.labels[key] === value),
  );
}

/** The one value that fits; an error when there is none or more than one. */
export function valueIn(
  text: string,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number {
  const found = select(text, name, labels);
  const [series] = found;
  if (series === undefined || found.length > 1) {
    throw new Error(`${found.length} series of ${name}${JSON.stringify(labels)}`);
  }
  return series.value;
}
