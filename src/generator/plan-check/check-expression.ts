import { parseExpression } from "./expression.ts";
import { judge } from "./judge.ts";
import type { Complain } from "./complain.ts";
import type { KnownSeries } from "./known-series.ts";
import { anything } from "./value.ts";
import type { Value } from "./value.ts";

/** One expression as Prometheus would evaluate it: what it gives, and what is wrong with it. Series are wanted. */
export function checkExpression(
  text: string,
  known: ReadonlyMap<string, KnownSeries>,
  complain: Complain,
): Value {
  const expression = parseExpression(text);
  if (expression === undefined) {
    complain(`this is not PromQL: ${text}`);
    return anything;
  }
  const value = judge(expression, known, complain);
  if (value.type !== "vector") complain(`it gives a ${value.type}, not series`);
  return value;
}
