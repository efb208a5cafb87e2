import type { FlagAdvice, LimitPlan } from "../../model/limit-plan.ts";
import { hashed, mebibytes } from "./limit-rows.ts";
import { settings, text } from "./limits-lines.ts";

/** Variables that the reporter sets MLX's limits from; below them advice that only a person can follow. */
export function emitMlxEnvironment(head: readonly string[], limits: LimitPlan): string {
  return text([
    ...hashed(head),
    "",
    ...settings("mlx.env", limits, (key, value) => `${key}=${mebibytes(value, "MiB")}`),
    ...hashed([...withoutMetal(limits), ...flags(limits), ...limits.wired]),
  ]);
}

function withoutMetal({ settings: all }: LimitPlan): readonly string[] {
  if (all.some(({ name }) => name === "mlx_wired")) return [];
  return ["MLX_HEADROOM_WIRED_LIMIT: not set. Wired memory is Metal's alone."];
}

function flags({ runtime, flags: all }: LimitPlan): readonly string[] {
  if (runtime === undefined)
    return ["Flags of the server: the profile names no `runtime`, so none are proposed."];
  if (all.length === 0) return [`Flags of ${runtime}: none that bound its memory are known.`];
  return [
    `Flags of ${runtime}, for whoever writes its command line; nothing here sets them:`,
    ...all.flatMap((flag) => [`  ${spelled(flag)}`, `    ${flag.why}`]),
  ];
}

function spelled({ flag, value }: FlagAdvice): string {
  return value === undefined ? flag : `${flag} ${value}`;
}
