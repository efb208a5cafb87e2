import type { Host } from "./host.ts";

/** One flag of a command, as help, documentation and parsing know it. */
export interface Option {
  readonly type: "string" | "boolean";
  /** What stands for the value in help, such as FILE. */
  readonly value?: string;
  readonly help: string;
  readonly default?: string;
  /** It may be given several times, and its value is a list. */
  readonly multiple?: true;
  /** The only values it takes. */
  readonly choices?: readonly string[];
  /** What it stands for as `--NAME` alone: a value, if any, is given as `--NAME=VALUE`. */
  readonly implied?: string;
  /** A switch that is on unless it is called as `--no-NAME`. */
  readonly negatable?: true;
  /** A switch that is called as `--NAME` or `--no-NAME`, and what it is when called as neither. */
  readonly unsaid?: "on" | "off";
}

/** What a command was called with. Strings for options that take a value, lists of them where several, true for switches. */
export interface Call {
  readonly options: Readonly<Record<string, string | boolean | readonly string[] | undefined>>;
  readonly positionals: readonly string[];
  /** What stands after `--`, for a command that takes another; absent without. */
  readonly command?: readonly string[];
}

/** Where output goes: data to stdout, everything else to stderr. */
export interface Output {
  stdout(text: string): void;
  stderr(text: string): void;
  /** Whether stdout is a terminal that wants colour. */
  readonly colour: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** One verb. Commands hold no logic: they read the call, run a wing, and print. */
export interface Command {
  readonly name: string;
  readonly summary: string;
  /** Positional arguments as help shows them, such as `[PID]`. */
  readonly arguments?: string;
  /** At most this many positionals. */
  readonly maxArguments?: number;
  /** It takes the command line of another program after `--`. */
  readonly takesCommand?: true;
  readonly options: Readonly<Record<string, Option>>;
  readonly examples: readonly { readonly line: string; readonly says: string }[];
  /** Resolves to the exit code: 0 fine, 1 something was found or a check failed, 2 it could not do its work. */
  run(call: Call, host: Host, output: Output): Promise<number>;
}
