import { parseArgs, type ParseArgsConfig } from "node:util";
import { commands } from "./commands/all.ts";
import type { Call, Command, Option, Output } from "./model/command.ts";
import { commandHelp, generalHelp } from "./commands/help.ts";
import { closest } from "./model/closest.ts";
import type { Host } from "./model/host.ts";
import { UserError } from "./model/user-error.ts";
import { version } from "./model/version.ts";

/**
 * Runs one command line and resolves to its exit code: 0 fine, 1 something was found or a check failed, 2 wrong
 * usage or it could not do its work. Nothing here reaches for the process: argv, the machine and the output are given.
 */
export async function main(argv: readonly string[], host: Host, output: Output): Promise<number> {
  try {
    return await dispatch(argv, host, output);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    output.stderr(`mlx-headroom: ${error.message}\n`);
    return error.exitCode;
  }
}

async function dispatch(argv: readonly string[], host: Host, output: Output): Promise<number> {
  const [name, ...rest] = argv;
  if (name === undefined) {
    output.stderr(generalHelp(commands));
    return 2;
  }
  if (name === "--version" || name === "-V") return print(output, `${version}\n`);
  if (name === "--help" || name === "-h" || (name === "help" && rest.length === 0)) {
    return print(output, generalHelp(commands));
  }
  if (name === "help") return dispatch([...rest, "--help"], host, output);

  const { command, own, other } = addressed(name, rest);
  if (own.includes("--help") || own.includes("-h")) return print(output, commandHelp(command));
  return command.run(callOf(command, own, other), host, output);
}

/** What a command line asks of which command, without running it; a `UserError` where it could not be run. */
export function understood([name = "", ...rest]: readonly string[]): {
  readonly command: Command;
  readonly call: Call;
} {
  const { command, own, other } = addressed(name, rest);
  return { command, call: callOf(command, own, other) };
}

function addressed(
  name: string,
  rest: readonly string[],
): {
  readonly command: Command;
  readonly own: readonly string[];
  readonly other: readonly string[] | undefined;
} {
  const command = commands.find((candidate) => candidate.name === name);
  if (command === undefined) {
    const suggestion = closest(
      name,
      commands.map((candidate) => candidate.name),
    );
    throw new UserError("unknown-command", {
      name,
      ...(suggestion !== undefined && { suggestion }),
    });
  }
  const [own, other] = command.takesCommand === true ? splitCommand(rest) : [rest];
  return { command, own, other };
}

function callOf(
  command: Command,
  own: readonly string[],
  other: readonly string[] | undefined,
): Call {
  const call = parseCall(command, own);
  return other === undefined ? call : { ...call, command: other };
}

/** What is ours and, after `--`, what is another program's, flags and all. */
function splitCommand(argv: readonly string[]): [readonly string[], (readonly string[])?] {
  const at = argv.indexOf("--");
  return at === -1 ? [argv] : [argv.slice(0, at), argv.slice(at + 1)];
}

type ParseArgsOption = NonNullable<ParseArgsConfig["options"]>[string];

function print(output: Output, text: string): number {
  output.stdout(text);
  return 0;
}

/** argv → call. Unknown flags, missing values and surplus arguments are named, with the nearest flag that exists. */
function parseCall(command: Command, argv: readonly string[]): Call {
  const known = command.options;
  try {
    const { values, positionals } = parseArgs({
      args: argv.map((argument) => withImplied(argument, known)),
      options: Object.fromEntries(
        Object.entries(known).map(([name, option]) => [name, parseOption(option)]),
      ),
      allowPositionals: true,
      allowNegative: true,
    });
    const most = command.maxArguments ?? 0;
    const surplus = positionals[most];
    if (surplus !== undefined) throw usage(command, `'${surplus}' is one argument too many.`);
    for (const [name, { choices }] of Object.entries(known)) {
      const wrong = [values[name]].flat().find((value) => !fits(value, choices));
      if (wrong !== undefined && choices !== undefined) {
        throw usage(
          command,
          `--${name} takes one of ${choices.join(", ")}, not '${String(wrong)}'.`,
        );
      }
    }
    return { options: values as Call["options"], positionals };
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw usage(command, usageDetail(error as Error & { readonly code?: string }, known), error);
  }
}

function fits(value: unknown, choices: Option["choices"]): boolean {
  return typeof value !== "string" || choices === undefined || choices.includes(value);
}

/** `--verify` → `--verify=found`, where a flag may stand without its value. */
function withImplied(argument: string, known: Command["options"]): string {
  const implied = argument.startsWith("--") ? known[argument.slice(2)]?.implied : undefined;
  return implied === undefined ? argument : `${argument}=${implied}`;
}

function parseOption({ type, multiple, default: value }: Option): ParseArgsOption {
  if (multiple === true)
    return { type, multiple, ...(value !== undefined && { default: [value] }) };
  return { type, ...(value !== undefined && { default: value }) };
}

function usage(command: Command, detail: string, cause?: unknown): UserError {
  return new UserError("bad-usage", { command: command.name, detail }, { cause });
}

function usageDetail(error: Error & { readonly code?: string }, known: Command["options"]): string {
  const flag = /'(-[^' ]*)/.exec(error.message)?.[1] ?? "";
  if (error.code === "ERR_PARSE_ARGS_UNKNOWN_OPTION") {
    const [, no = "", word = ""] = /^-+(no-)?(.*)$/.exec(flag) ?? [];
    const fitting = Object.entries(known).filter(([, { type }]) => no === "" || type === "boolean");
    const nearest = closest(
      word,
      fitting.map(([name]) => name),
    );
    return `There is no flag '${flag}'.${nearest === undefined ? "" : ` Did you mean '--${no}${nearest}'?`}`;
  }
  const sentence = (error.message.split("\n")[0] ?? "").replace(
    /^Option '(--\S+) <value>' argument missing/,
    "Flag '$1' needs a value",
  );
  return sentence.replace(/\.?$/, ".");
}
