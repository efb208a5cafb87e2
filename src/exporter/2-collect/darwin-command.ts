import type { CommandRun } from "../../model/commands.ts";
import type { Clock, Host } from "../../model/host.ts";
import type { Reason } from "../../model/figure.ts";

/** One of macOS's own commands, by its absolute path. */
export interface DarwinCommand {
  readonly path: string;
  readonly args: readonly string[];
}

/** What a command told, or why it told nothing; `detail` is for a person. */
export type Told<T> = { readonly value: T } | { readonly missing: Reason; readonly detail: string };

/** None of them takes a second on a machine that is well. */
const mostSeconds = 3;

/**
 * Runs a command and parses what it printed, with whatever code it ended: some print what they know and leave with 1.
 * Undefined from the parser means that nothing of use was printed.
 */
export async function ask<T>(
  host: Pick<Host, "commands" | "clock">,
  { path, args }: DarwinCommand,
  parse: (stdout: Buffer) => T | undefined,
  seconds = mostSeconds,
): Promise<{ readonly told: Told<T>; readonly seconds: number }> {
  return timed(host.clock, async () => {
    const run = await host.commands.run(path, args, { seconds });
    if (run.kind !== "ran") return { missing: reasonOfRun(run), detail: detailOf(run, path) };
    const value = parse(run.stdout);
    return value === undefined ? { missing: "error", detail: detailOf(run, path) } : { value };
  });
}

async function timed<T>(clock: Clock, work: () => Promise<Told<T>>) {
  const start = clock.monotonicSeconds();
  const told = await work();
  return { told, seconds: clock.monotonicSeconds() - start };
}

/** Why a command that never ended by itself gave nothing, in the words of a figure. */
export function reasonOfRun(run: Exclude<CommandRun, { kind: "ran" }>): Reason {
  switch (run.kind) {
    case "absent":
      return "unsupported";
    case "forbidden":
      return "forbidden";
    case "timeout":
    case "failed":
      return "error";
  }
}

function detailOf(run: CommandRun, path: string): string {
  switch (run.kind) {
    case "ran":
      return `${path} printed nothing of use and ended with ${run.exitCode ?? "a signal"}`;
    case "absent":
      return `${path} is not there`;
    case "forbidden":
      return `${path} may not be run`;
    case "timeout":
      return `${path} did not end in time`;
    case "failed":
      return `${path}: ${run.message}`;
  }
}
