import type { Call } from "../model/command.ts";
import { UserError } from "../model/user-error.ts";

const units: Readonly<Record<string, number>> = {
  ms: 0.001,
  s: 1,
  m: 60,
  h: 3600,
  d: 86_400,
  w: 604_800,
};

/** The seconds that a flag such as `--duration 10m` asks for; undefined when it is not given. */
export function durationOf(command: string, call: Call, flag: string): number | undefined {
  const text = call.options[flag];
  if (typeof text !== "string") return undefined;
  const [, amount = "", unit = ""] = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h|d|w)$/.exec(text) ?? [];
  const seconds = Number(amount) * (units[unit] ?? NaN);
  if (seconds > 0) return seconds;
  const detail = `--${flag} takes a time such as 500ms, 90s, 10m or 14d, not '${text}'.`;
  throw new UserError("bad-usage", { command, detail });
}
