import { missing, type Figure, type Reason } from "../../model/figure.ts";
import type { Told } from "./darwin-command.ts";
import { figure } from "./figures.ts";

/** One figure of what a command told, or why it told nothing. */
export function figureIn<T>(told: Told<T>, pick: (value: T) => number | undefined): Figure {
  return "value" in told ? figure(pick(told.value)) : missing(told.missing);
}

/** From what somebody can mend to what nobody can. */
const reasons: readonly Reason[] = ["forbidden", "error", "not_measured", "unsupported"];

/** The first that is known; else the reason that says most. */
export function firstKnown(...figures: readonly Figure[]): Figure {
  const known = figures.find((figure) => "value" in figure);
  if (known !== undefined) return known;
  const given = figures.flatMap((figure) => ("missing" in figure ? [figure.missing] : []));
  return missing(reasons.find((reason) => given.includes(reason)) ?? given[0] ?? "unsupported");
}
