import { z } from "zod";
import { phrase } from "../model/document.ts";

const units = [
  ["w", 604_800],
  ["d", 86_400],
  ["h", 3600],
  ["m", 60],
  ["s", 1],
] as const;
const written = new RegExp(`^${units.map(([unit]) => `(?:\\d{1,6}${unit})?`).join("")}$`);

/** A length of time as Prometheus writes it, within bounds: `90d`, `1m30s`. Its output is seconds. */
export function lengthOfTime(least: string, most: string) {
  const expected = phrase(`a length of time from ${least} to ${most}, such as 90s, 15m or 1h30m`);
  return z
    .string(expected)
    .regex(written, expected)
    .refine((text) => {
      const seconds = secondsOf(text);
      return text !== "" && seconds >= secondsOf(least) && seconds <= secondsOf(most);
    }, expected)
    .transform(secondsOf);
}

/** `1d12h` → 129600. */
export function secondsOf(text: string): number {
  return units.reduce((sum, [unit, seconds]) => {
    const amount = new RegExp(`(\\d+)${unit}`).exec(text)?.[1] ?? "0";
    return sum + Number(amount) * seconds;
  }, 0);
}
