import type { Complain } from "./complain.ts";
import type { Expression } from "./expression.ts";
import { judgeAggregate } from "./judge-aggregate.ts";
import { judgeBinary } from "./judge-binary.ts";
import { judgeCall } from "./judge-call.ts";
import { judgeSelector } from "./judge-selector.ts";
import type { KnownSeries } from "./known-series.ts";
import { anything, plain } from "./value.ts";
import type { Value } from "./value.ts";

/** What an expression gives, and everything in it that would fail, stay silent for ever or read what is not there. */
export function judge(
  expression: Expression,
  known: ReadonlyMap<string, KnownSeries>,
  complain: Complain,
): Value {
  const inner = (part: Expression) => judge(part, known, complain);
  switch (expression.kind) {
    case "number":
      return plain("scalar");
    case "string":
      return plain("string");
    case "selector":
      return judgeSelector(expression, known, complain);
    case "range": {
      const of = inner(expression.of);
      if (of.type !== "vector") complain(`a range is taken of a ${of.type}, not of series`);
      const { isSubquery } = expression;
      const type =
        expression.of.kind === "selector" ? known.get(expression.of.metric)?.type : undefined;
      return { ...of, type: "range", range: { of: type ?? "unknown", isSubquery } };
    }
    case "call":
      return judgeCall(expression, expression.args.map(inner), complain);
    case "aggregate":
      return judgeAggregate(expression, expression.args.map(inner), complain);
    case "binary":
      return judgeBinary(expression, inner(expression.left), inner(expression.right), complain);
    case "unknown":
      complain(`'${expression.text}' is not in the language of Prometheus 2.42`);
      return anything;
  }
}
