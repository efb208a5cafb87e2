import type { RecordedRun } from "./recorder.ts";
import { redact, withoutSecrets, type Known } from "./redact.ts";

/**
 * A run as a file: `#` lines, `$` and the command line, `=` and how it ended, `!` and a line of stderr for each there
 * is, and below `stdout:` what was printed, redacted. The project's fixture machines are made of such files.
 */
export function commandFile(recorded: RecordedRun, known: Known): string {
  const { path, args, run, seconds } = recorded;
  const line = withoutSecrets([path, ...args].join(" "), known);
  const head = [`# Recorded by mlx-headroom doctor; took ${Math.round(seconds * 1000)} ms.`];
  if (run.kind !== "ran") return written([...head, `$ ${line}`, `= ${outcomes[run.kind]}`]);
  const errors = withoutSecrets(run.stderr, known)
    .split("\n")
    .filter((each) => each !== "");
  return written(
    [
      ...head,
      `$ ${line}`,
      `= exit ${run.exitCode ?? 128}`,
      ...errors.map((each) => `! ${each}`),
      "stdout:",
    ],
    redact(recorded, run.stdout, known),
  );
}

const outcomes = {
  absent: "absent",
  forbidden: "forbidden",
  failed: "forbidden",
  timeout: "hangs",
} as const;

function written(lines: readonly string[], rest = ""): string {
  return `${lines.join("\n")}\n${rest}`;
}
