import { isFlagNamed, splitFlag } from "./flag-values.ts";
import type { CommandLine } from "./invocation.ts";

/**
 * Flags whose value is text that people wrote, in which any word may stand: what follows such a flag may be its value
 * or not. And one that no flag of a program follows, but words of Python's own.
 */
const proseFlags: readonly string[] = [
  ...["--prompt", "-p", "--system-prompt", "--system", "--negative-prompt", "--text", "--instruct"],
  ...["--ref-text", "--ref_text", "--ref_audio_text", "--chat-template", "--message", "--query"],
  "--multiprocessing-fork",
];

/** Anyone may start a program with a million words: later ones are not looked at. */
const mostWords = 2048;

/**
 * Joins the words that make up one argument, from an index on, as far as that can be told. A flag with one word after
 * it, or none, is clear. JSON ends where its brackets close. With `flagsOnly` a path may hold blanks and ends at the
 * next flag: the program takes no word of its own there. Everything from the first thing that is not clear is not.
 */
export function clearArguments(
  words: readonly string[],
  from: number,
  flagsOnly: boolean,
): CommandLine {
  const clear = words.slice(0, from);
  const looked = words.slice(0, mostWords);
  let at = from;
  while (at < looked.length) {
    const word = looked[at] ?? "";
    const flag = isFlag(word) ? splitFlag(word) : undefined;
    if (flag !== undefined && isProse(flag.name)) {
      if (flag.value === undefined) clear.push(words[at++] ?? "");
      break;
    }
    const value = readValue(looked, at, flag, flagsOnly);
    const isCut = value?.end === looked.length && looked.length < words.length;
    if (value === undefined || isCut) break;
    clear.push(...value.elements);
    at = value.end;
    // Behind it come words that are no flags, whatever they look like.
    if (words[at] === "--") break;
  }
  return { argv: [...clear, ...words.slice(at)], clear: clear.length };
}

/** A flag and its value, or a value alone; nothing when it cannot be told where it ends. */
function readValue(
  words: readonly string[],
  start: number,
  flag: { readonly name: string; readonly value?: string } | undefined,
  flagsOnly: boolean,
): { readonly elements: readonly string[]; readonly end: number } | undefined {
  const isInline = flag?.value !== undefined;
  const first = start + (flag === undefined || isInline ? 0 : 1);
  const pieces = words.slice(first);
  if (isInline) pieces[0] = flag.value;
  const flagAlone = flag === undefined || isInline ? [] : words.slice(start, first);
  const element = (value: string) => (isInline ? [`${flag.name}=${value}`] : [...flagAlone, value]);

  const json = jsonLength(pieces);
  if (json !== undefined) {
    return { elements: element(pieces.slice(0, json).join(" ")), end: first + json };
  }
  const length = runLength(pieces, isInline);
  const next = pieces[length];
  if (length === 0) {
    return next === undefined || next === "--" || isFlag(next)
      ? { elements: flagAlone, end: first }
      : undefined;
  }
  const value = pieces.slice(0, length).join(" ");
  const ends = next === undefined || isFlag(next);
  const isWhole = length === 1 || (flagsOnly && isPath(pieces.slice(0, length)));
  return ends && isWhole && !mayBeEncoded(value)
    ? { elements: element(value), end: first + length }
    : undefined;
}

/** How many words there are before one with a dash; a number below 0 may be a value, and so may `-`. */
function runLength(pieces: readonly string[], isInline: boolean): number {
  const begin = isInline || /^-(\d.*|\.\d+)?$/.test(pieces[0] ?? "") ? 1 : 0;
  const dash = pieces.findIndex((piece, index) => index >= begin && piece.startsWith("-"));
  return dash === -1 ? pieces.length : dash;
}

function isFlag(word: string): boolean {
  return /^--?[A-Za-z][\w.-]*(=|$)/.test(word);
}

function isProse(name: string): boolean {
  return proseFlags.some((flag) => isFlagNamed(name, flag, "argparse"));
}

/** Whether words are a path with blanks in it, and not several paths. */
function isPath(pieces: readonly string[]): boolean {
  return pieces.every((piece, index) =>
    index === 0 ? piece.startsWith("/") : /^[^/]/.test(piece),
  );
}

/** Whether a text may have been another before ps encoded it. */
function mayBeEncoded(text: string): boolean {
  return /\p{Cc}|\^[@-_?]/u.test(text);
}

/** Of how many words an object or array of JSON at the beginning is made. */
function jsonLength(pieces: readonly string[]): number | undefined {
  if (!/^[{[]/.test(pieces[0] ?? "")) return undefined;
  let depth = 0;
  let inString = false;
  for (const [index, piece] of pieces.entries()) {
    for (const [token] of piece.matchAll(/\\.|["{}[\]]/gs)) {
      if (token === '"') inString = !inString;
      else if (!inString) depth += /[{[]/.test(token) ? 1 : /[}\]]/.test(token) ? -1 : 0;
    }
    if (depth <= 0 && !inString) {
      return isJson(pieces.slice(0, index + 1).join(" ")) ? index + 1 : undefined;
    }
  }
  return undefined;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
