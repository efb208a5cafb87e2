import type { CommandRun, Commands } from "../../model/commands.ts";
import type { Check } from "./checks.ts";

/** A check that was not passed: the command as a person would type it, and what it said. */
export interface Failure {
  readonly line: string;
  readonly output: string;
}

/** Claims about days take a minute each on a slow machine. */
const mostSeconds = 1800;
/** What a program says beyond this is the same again. */
const mostBytes = 64 * 1024;

/**
 * Runs checks, `parallel` of them at a time, and gives those that failed, in the order of the checks.
 *
 * @param pathOf Where a program is.
 * @param onDone Called after each.
 */
export async function runChecks(
  checks: readonly Check[],
  pathOf: (program: Check["program"]) => string,
  commands: Commands,
  parallel: number,
  onDone: () => void,
): Promise<readonly Failure[]> {
  const failures = new Map<number, Failure>();
  const waiting = checks.entries();
  const work = async () => {
    for (const [index, { program, args }] of waiting) {
      const run = await commands.run(pathOf(program), args, {
        seconds: mostSeconds,
        maxBytes: mostBytes,
      });
      const output = complaintOf(run);
      if (output !== undefined) failures.set(index, { line: [program, ...args].join(" "), output });
      onDone();
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, parallel) }, work));
  return [...failures].sort(([a], [b]) => a - b).map(([, failure]) => failure);
}

function complaintOf(run: CommandRun): string | undefined {
  switch (run.kind) {
    case "ran":
      return run.exitCode === 0 ? undefined : `${run.stdout.toString("utf8")}${run.stderr}`.trim();
    case "timeout":
      return `It did not end within ${mostSeconds} s.`;
    case "failed":
      return run.message;
    case "absent":
    case "forbidden":
      return "It is gone, or may not be run any more.";
  }
}
