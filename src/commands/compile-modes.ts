import type { Call, Command } from "../model/command.ts";
import { UserError } from "../model/user-error.ts";

/** What is done with what compile makes: `write` unless a flag says otherwise. */
export type Mode = "write" | "check" | "diff" | "dry-run";

/** Flags that write nothing, each with its own answer. */
export const modeOptions = {
  check: {
    type: "boolean",
    help: "Write nothing; exit 1, list the files that differ, are missing or are left over, and show how.",
  },
  diff: {
    type: "boolean",
    help: "Write nothing; show what would change, as a unified diff.",
  },
  "dry-run": {
    type: "boolean",
    help: "Write nothing; list the files that would be created, updated or removed.",
  },
} as const satisfies Command["options"];

/** The one mode that was asked for. Throws a UserError for two of them: they answer different questions. */
export function modeOf(options: Call["options"]): Mode {
  const asked = (["check", "diff", "dry-run"] as const).filter((name) => options[name] === true);
  const [mode = "write", other] = asked;
  if (other !== undefined) {
    const detail = `--${mode} and --${other} exclude each other.`;
    throw new UserError("bad-usage", { command: "compile", detail });
  }
  return mode;
}
