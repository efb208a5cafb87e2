/** How a program reads its flags; see Runtime. */
export type FlagParser = "argparse" | "exact";

/** The value that a program reads for the first of these flags that is there: of its last occurrence, as parsers do. */
export function flagValue(
  given: readonly string[],
  flags: readonly string[],
  parser: FlagParser,
): string | undefined {
  for (const flag of flags) {
    const value = lastValue(given, (name) => isFlagNamed(name, flag, parser));
    if (value !== undefined && value !== "") return value;
  }
  return undefined;
}

/**
 * Whether one of these flags may be among words of which nobody can tell which are arguments: then its value is not
 * known, whatever it is elsewhere.
 */
export function mayBeAmong(
  words: readonly string[],
  flags: readonly string[],
  parser: FlagParser,
): boolean {
  const names = words.filter((word) => word.startsWith("-")).map((word) => splitFlag(word).name);
  return names.some((name) => flags.some((flag) => isFlagNamed(name, flag, parser)));
}

export function isFlagNamed(name: string, flag: string, parser: FlagParser): boolean {
  return name === flag || (parser === "argparse" && abbreviates(name, flag));
}

/** Whether a flag is there, with a value or without. */
export function hasFlag(given: readonly string[], flag: string): boolean {
  return beforeSeparator(given).some((element) => splitFlag(element).name === flag);
}

/** Cuts a value from a command line to what may be shown: 128 characters at most, none of which moves a cursor. */
export function shownValue(value: string): string | undefined {
  // Unicode's own line and paragraph separators break a line as much as \n does.
  const clean = value.slice(0, 512).replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, "\uFFFD");
  return /^.{1,128}/su.exec(clean)?.[0];
}

/** A port as a number, or nothing when it cannot be one. */
export function portValue(value: string): number | undefined {
  const port = /^\d{1,5}$/.test(value) ? Number(value) : 0;
  return port >= 1 && port <= 65535 ? port : undefined;
}

/**
 * `--mod` for `--model`: argparse takes any beginning that fits one flag only. A program that runs has accepted its
 * flags, so a beginning seen here was unambiguous; one letter is left alone, since it may begin a flag unknown to us.
 */
function abbreviates(name: string, flag: string): boolean {
  return name.length >= "--xy".length && flag.startsWith(name);
}

function lastValue(
  given: readonly string[],
  isFlag: (name: string) => boolean,
): string | undefined {
  let found: string | undefined;
  const elements = beforeSeparator(given);
  elements.forEach((element, index) => {
    const { name, value } = splitFlag(element);
    if (!isFlag(name)) return;
    const next = elements[index + 1];
    // What begins with a dash is the next flag: the value is missing, and guessing could show a secret.
    found = value ?? (next?.startsWith("-") === true ? undefined : next);
  });
  return found;
}

/** After `--` everything is a positional, however it looks. */
function beforeSeparator(given: readonly string[]): readonly string[] {
  const separator = given.indexOf("--");
  return separator === -1 ? given : given.slice(0, separator);
}

/** `--port=80` into name and value. */
export function splitFlag(element: string): { readonly name: string; readonly value?: string } {
  const equals = element.startsWith("-") ? element.indexOf("=") : -1;
  return equals === -1
    ? { name: element }
    : { name: element.slice(0, equals), value: element.slice(equals + 1) };
}
