import type { Expression } from "./expression.ts";
import { aggregators } from "./functions.ts";
import type { Complain } from "./complain.ts";
import { anything, mayHave, only, withLabel, without } from "./value.ts";
import type { Value } from "./value.ts";

type Aggregate = Extract<Expression, { readonly kind: "aggregate" }>;

/** `max by (a) (…)`: whether the labels it goes by are there, and what is left of them. */
export function judgeAggregate(
  { name, args: written, mode, labels }: Aggregate,
  args: readonly Value[],
  complain: Complain,
): Value {
  const takes = aggregators.get(name);
  if (takes === undefined) {
    complain(`${name} is not in Prometheus 2.42, or is experimental`);
    return anything;
  }
  const wanted = [...takes, "vector"];
  if (args.length !== wanted.length)
    complain(`${name} takes ${wanted.length} arguments, not ${args.length}`);
  wanted.forEach((type, index) => {
    const given = args[index]?.type;
    if (given !== undefined && given !== type)
      complain(`argument ${index + 1} of ${name} must be a ${type}, not a ${given}`);
  });
  const series = args.at(-1) ?? anything;
  for (const label of labels) {
    if (!mayHave(series.labels, label))
      complain(`${name} ${mode} (${label}), a label that the series do not have`);
  }
  const left = mode === "by" ? only(series.labels, labels) : without(series.labels, labels);
  // These choose among the series and leave them as they are.
  if (name === "topk" || name === "bottomk") return { ...series, type: "vector" };
  const [first] = written;
  return {
    type: "vector",
    labels:
      name === "count_values" && first?.kind === "string"
        ? withLabel(left, first.value, true)
        : left,
    key: name === "count_values" ? undefined : left.possible,
    isAggregated: true,
  };
}
