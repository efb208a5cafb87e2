import type { PsRow } from "../../model/darwin.ts";
import { unvis } from "../../model/vis.ts";
import { clearArguments } from "./darwin-arguments.ts";
import { type CommandLine, isPython, readInvocation } from "./invocation.ts";
import { isSubcommand, takesFlagsOnly } from "./match-runtime.ts";
import { programName } from "./program-names.ts";

/**
 * What can be had of a command line from the text that ps prints, in which arguments are joined by blanks and nothing
 * tells those blanks from an argument's own. Nothing where there is no command line: of the dead, whose name stands in
 * its place, and in the middle of an exec.
 */
export function readCommandText(
  row: Pick<PsRow, "command" | "shortName">,
): CommandLine | undefined {
  if (hasNoCommandLine(row)) return undefined;
  // An empty element stays of the blanks that a retitled process is padded with: they may be an argument's end.
  const text = unvis(row.command).replace(/ +$/, " ");
  const words = joinedCode(joinedFolders(text, row.shortName));
  const found = readInvocation({ argv: words });
  if (found === undefined) return { argv: words, clear: ownWords(words) };
  const first = found.index + 1;
  const from = isSubcommand(found.program, words[first]) ? first + 1 : first;
  return clearArguments(words, from, takesFlagsOnly(found.program));
}

/** Whether ps shows a name instead of a command line. */
export function hasNoCommandLine({
  command,
  shortName,
}: Pick<PsRow, "command" | "shortName">): boolean {
  const text = command.trim();
  return text === "" || text === "<defunct>" || text === `(${shortName.trim()})`;
}

/** Folders that hold programs and models on every Mac. */
const folders: readonly string[] = ["Application Support", "LM Studio.app", "Mobile Documents"];

/** Cuts a text at blanks, but not at those of the program's own path and of folders that are known to have one. */
function joinedFolders(text: string, shortName: string): readonly string[] {
  const words = cut(text, folders);
  const length = programLength(words, shortName);
  const program = words.slice(0, length).join(" ");
  // A program is often given files beside itself, such as the scripts of its virtual environment.
  const own = program.split("/").filter((name) => name.includes(" "));
  return [
    program,
    ...cut(words.slice(length).join(" "), [...folders, ...own], length < words.length),
  ];
}

function cut(text: string, known: readonly string[], any = true): readonly string[] {
  if (!any) return [];
  // No argument holds a NUL.
  const kept = known.reduce(
    (sofar, name) => sofar.replaceAll(`/${name}/`, `/${name.replaceAll(" ", "\0")}/`),
    text,
  );
  return kept.split(" ").map((word) => word.replaceAll("\0", " "));
}

/** No path has more blanks. */
const mostWords = 32;

/**
 * How many words make up argv[0]: the fewest that end in the name that the kernel has for the program, or the first if
 * none do, as of a process that gave itself a title.
 */
function programLength(words: readonly string[], shortName: string): number {
  for (let length = 1; length <= Math.min(words.length, mostWords); length++) {
    const word = words[length - 1] ?? "";
    if (length > 1 && /^(\/|--?[A-Za-z])/.test(word)) break;
    const path = words.slice(0, length).join(" ");
    const isPath = length === 1 || path.includes("/");
    if (isPath && isShortenedTo(programName(path), shortName)) return length;
  }
  return 1;
}

const shortNameBytes = 16;

/** A Python is started by links of many names, and the kernel names it by what they lead to. */
function isShortenedTo(name: string, shortName: string): boolean {
  return (
    name === shortName ||
    (Buffer.byteLength(shortName) >= shortNameBytes && name.startsWith(shortName)) ||
    (isPython(name) && isPython(shortName))
  );
}

/** Joins the code of multiprocessing's helpers, whose words are known: `-c from multiprocessing.spawn import …`. */
function joinedCode(words: readonly string[]): readonly string[] {
  const start = firstOperand(words);
  const [option, from, module = "", verb] = words.slice(start - 1, start + 3);
  const isHelper = option === "-c" && from === "from" && verb === "import";
  if (!isHelper || !module.startsWith("multiprocessing.")) return words;
  const fork = words.indexOf("--multiprocessing-fork", start);
  const end = fork === -1 ? words.length : fork;
  return [...words.slice(0, start), words.slice(start, end).join(" "), ...words.slice(end)];
}

/** Of an interpreter that runs no file or module: all up to its code, and that where it is multiprocessing's. */
function ownWords(words: readonly string[]): number {
  const code = firstOperand(words);
  return words[code]?.startsWith("from multiprocessing.") === true ? code + 2 : code;
}

/** The first word after the program that is no option of Python's, and not the value of one; or the code it is given. */
function firstOperand(words: readonly string[]): number {
  const found = words.findIndex((word, index) => {
    const before = words[index - 1];
    if (before === undefined) return false;
    return takesCode.test(before) || !(word.startsWith("-") || /^-[XW]$/.test(before));
  });
  return found === -1 ? words.length : found;
}

/** Options of Python and node. */
const takesCode = /^(-[^-cmWX]*c|-e|-p|-pe|--eval|--print)$/;
