/** What came of running a command; never an exception. */
export type CommandRun =
  /** It ended by itself. Some commands print what they know and leave with 1 all the same: look at both. */
  | {
      readonly kind: "ran";
      /** Null when a signal ended it. */
      readonly exitCode: number | null;
      /** At most the bytes that were asked for. */
      readonly stdout: Buffer;
      /** For a person and for recognising refusals; at most 4 KiB. */
      readonly stderr: string;
    }
  | { readonly kind: "absent" }
  | { readonly kind: "forbidden" }
  /** It did not end in time, and was killed. */
  | { readonly kind: "timeout" }
  | { readonly kind: "failed"; readonly message: string };

export interface CommandLimits {
  /** Then it is killed. */
  readonly seconds: number;
  /** More of its output is thrown away; 8 MiB when absent. */
  readonly maxBytes?: number;
}

/** Running the machine's own commands, where there is no file to read. */
export interface Commands {
  /**
   * Runs a program by its absolute path, without a shell, with nothing to read and an environment of `LC_ALL=C` and
   * `TZ=UTC` alone. Never rejects.
   */
  run(path: string, args: readonly string[], limits: CommandLimits): Promise<CommandRun>;
}
