import type { Expression } from "./expression.ts";
import type { Complain } from "./complain.ts";
import type { KnownSeries } from "./known-series.ts";
import { anything } from "./value.ts";
import type { Value } from "./value.ts";

type Selector = Extract<Expression, { readonly kind: "selector" }>;

/** Series by their name and labels: both must be of something that somebody publishes or records. */
export function judgeSelector(
  { metric, matchers }: Selector,
  known: ReadonlyMap<string, KnownSeries>,
  complain: Complain,
): Value {
  if (metric === "") {
    complain("a selector names no series and reads whatever there is");
    return anything;
  }
  const series = known.get(metric);
  if (series === undefined) {
    complain(`nothing publishes or records ${metric}`);
    return anything;
  }
  const { labels, key } = series;
  if (labels?.includes("pid"))
    complain(`${metric} has a pid, and such families can be switched off`);
  for (const { label } of matchers) {
    if (labels !== undefined && !labels.includes(label))
      complain(`${metric} has no label ${label}`);
  }
  const isPinned = (label: string) =>
    matchers.some((matcher) => matcher.label === label && matcher.operator === "=");
  const isGone = (label: string) =>
    matchers.some(
      (matcher) => matcher.label === label && matcher.operator === "=" && matcher.value === "",
    );
  const present = labels?.filter((label) => !isGone(label));
  return {
    type: "vector",
    labels: {
      certain: new Set(present ?? []),
      possible: present === undefined ? undefined : new Set(present),
    },
    key: key === undefined ? undefined : new Set(key.filter((label) => !isPinned(label))),
    isAggregated: false,
  };
}
