import type { Expression } from "./expression.ts";
import { functions, ofCounters, ofGauges } from "./functions.ts";
import type { Signature } from "./functions.ts";
import type { Complain } from "./complain.ts";
import { anything, noLabels, plain, withLabel } from "./value.ts";
import type { Value } from "./value.ts";

type Call = Extract<Expression, { readonly kind: "call" }>;

/** A function: whether it is known, takes these arguments, and means something of such series. */
export function judgeCall(call: Call, args: readonly Value[], complain: Complain): Value {
  const { name } = call;
  const signature = functions.get(name);
  if (signature === undefined) {
    complain(`${name} is not in Prometheus 2.42, or is experimental`);
    return anything;
  }
  judgeArguments(name, signature, args, complain);
  for (const { range } of args) if (range !== undefined) judgeRange(name, range, complain);
  if (signature.gives === "scalar") return plain("scalar");
  return resultOf(call, args);
}

function judgeArguments(
  name: string,
  { takes, optional = 0 }: Signature,
  args: readonly Value[],
  complain: Complain,
): void {
  const least = optional === "any" ? takes.length - 1 : takes.length - optional;
  const most = optional === "any" ? Infinity : takes.length;
  if (args.length < least || args.length > most)
    complain(`${name} takes ${takes.length} arguments, not ${args.length}`);
  args.forEach(({ type }, index) => {
    const wanted = takes[Math.min(index, takes.length - 1)];
    if (index < most && wanted !== undefined && type !== wanted)
      complain(`argument ${index + 1} of ${name} must be a ${wanted}, not a ${type}`);
  });
}

function judgeRange(name: string, range: NonNullable<Value["range"]>, complain: Complain): void {
  if (ofCounters.has(name)) {
    if (range.isSubquery)
      complain(`${name} of what was computed: restarts of the counters in it are lost`);
    else if (range.of !== "counter") complain(`${name} of a ${range.of} instead of a counter`);
  }
  if (ofGauges.has(name) && range.of === "counter") complain(`${name} of a counter`);
}

/** The series that went in, as a rule: with the labels they had. */
function resultOf({ name, args: written }: Call, args: readonly Value[]): Value {
  const series = args.find(({ type }) => type === "vector" || type === "range");
  const made: Value = { type: "vector", labels: noLabels, key: new Set(), isAggregated: true };
  if (series === undefined) return made;
  if (name === "absent" || name === "absent_over_time") {
    return { ...made, labels: { certain: new Set(), possible: series.labels.possible } };
  }
  const { labels, key, isAggregated } = series;
  const target = name === "label_replace" || name === "label_join" ? written[1] : undefined;
  if (target?.kind !== "string") return { type: "vector", labels, key, isAggregated };
  return {
    type: "vector",
    labels: withLabel(labels, target.value, name === "label_replace" && isConstant(written)),
    key: key?.has(target.value) ? undefined : key,
    isAggregated,
  };
}

/** `label_replace(v, "label", "text", "", "")` gives every series the label. */
function isConstant([, , text, source, pattern]: readonly Expression[]): boolean {
  const isEmpty = (argument: Expression | undefined) =>
    argument?.kind === "string" && argument.value === "";
  return !isEmpty(text) && isEmpty(source) && isEmpty(pattern);
}
