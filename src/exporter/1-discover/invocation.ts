import { programName } from "./program-names.ts";
import { packages } from "./runtimes.ts";

/** What a command line runs, once interpreters and their own options are set aside. */
export interface Invocation {
  /** The base name of a binary or script, or the dotted name of a Python module. */
  readonly program: string;
  readonly kind: "binary" | "python-script" | "python-module" | "python-file" | "node-script";
  /** The element of argv that names the program. */
  readonly index: number;
  /** What the program itself is given, as far as one argument can be told from the next. */
  readonly arguments: readonly string[];
  /** Words after them that are arguments or parts of arguments; absent where the kernel tells every argument's end. */
  readonly unclear?: readonly string[];
}

/** A command line. */
export interface CommandLine {
  readonly argv: readonly string[];
  /**
   * How many elements are surely what the process was given; the others are words cut at blanks. Absent where the
   * kernel tells every element's end.
   */
  readonly clear?: number;
}

/** Finds the program of a command line; nothing for code given with `-c`, standard input or an empty line. */
export function readInvocation({ argv, clear }: CommandLine): Invocation | undefined {
  const found = readProgram(argv);
  if (found === undefined || clear === undefined) return found;
  const { index } = found;
  return { ...found, arguments: argv.slice(index + 1, clear), unclear: argv.slice(clear) };
}

function readProgram(argv: readonly string[]): Invocation | undefined {
  const [first] = argv;
  if (first === undefined) return undefined;
  const interpreter = programName(first);
  if (isPython(interpreter)) return pythonInvocation(argv);
  if (interpreter === "node" || interpreter === "nodejs") return nodeInvocation(argv);
  return { program: interpreter, kind: "binary", index: 0, arguments: argv.slice(1) };
}

/** Whether a name is that of a Python; macOS's framework builds are called `Python`. */
export function isPython(name: string): boolean {
  return /^(pythonw?|pypy)[0-9.]*t?$/i.test(name);
}

/**
 * `python -Bum mlx_lm.server --model M`: short options stand together, and `c`, `m`, `W` and `X` take the rest of
 * their element or the next one.
 */
function pythonInvocation(argv: readonly string[]): Invocation | undefined {
  for (let index = 1; index < argv.length; index++) {
    const element = argv[index] ?? "";
    if (element === "-") return undefined;
    if (element === "--") return pythonScript(argv, index + 1);
    if (element === "--check-hash-based-pycs") index++;
    else if (element.startsWith("--")) continue;
    else if (element.startsWith("-")) {
      const option = /^-[^cmWX]*([cmWX])(.*)$/su.exec(element);
      if (option === null) continue;
      const [, letter, rest = ""] = option;
      if (letter === "c") return undefined;
      if (rest === "") index++;
      if (letter === "m") return named(argv, index, rest || (argv[index] ?? ""), "python-module");
    } else return pythonScript(argv, index);
  }
  return undefined;
}

function pythonScript(argv: readonly string[], index: number): Invocation | undefined {
  const path = argv[index] ?? "";
  const module = moduleOfFile(path);
  return module === undefined
    ? named(argv, index, programName(path), "python-script")
    : named(argv, index, module, "python-file");
}

/** `…/site-packages/mlx_lm/server.py` is the module `mlx_lm.server`; `…/mlx_lm/__main__.py` is `mlx_lm`. */
export function moduleOfFile(path: string): string | undefined {
  if (!path.endsWith(".py")) return undefined;
  const parts = path.slice(0, -".py".length).split("/");
  const start = parts.findLastIndex((part) => packages.includes(part));
  if (start === -1 || start === parts.length - 1) return undefined;
  return parts
    .slice(start)
    .join(".")
    .replace(/\.__main__$/, "");
}

/** Options of node that take the next element; `--import=x` and the like take none. */
const nodeOptionsWithValue: ReadonlySet<string> = new Set([
  "-r",
  "--require",
  "--import",
  "--loader",
  "--experimental-loader",
  "-C",
  "--conditions",
  "--env-file",
]);

function nodeInvocation(argv: readonly string[]): Invocation | undefined {
  for (let index = 1; index < argv.length; index++) {
    const element = argv[index] ?? "";
    if (nodeOptionsWithValue.has(element)) index++;
    else if (/^(-|-e|-p|-pe|--eval|--print)$/.test(element)) return undefined;
    else if (!element.startsWith("-"))
      return named(argv, index, programName(element), "node-script");
  }
  return undefined;
}

function named(
  argv: readonly string[],
  index: number,
  program: string,
  kind: Invocation["kind"],
): Invocation | undefined {
  return program === "" ? undefined : { program, kind, index, arguments: argv.slice(index + 1) };
}
