import type { SyntaxNode } from "@lezer/common";
import { parser } from "@prometheus-io/lezer-promql";

/** One selector of a query: its metric, the text of its matchers, and the calls around it, innermost first. */
export interface Selector {
  readonly metric: string;
  readonly matchers: readonly string[];
  readonly calls: readonly string[];
}

/**
 * Grafana's variables become odd durations, so that the tree still tells them apart: the trick of Grafana's own linter.
 */
const stand = { rateInterval: "8869990787ms", range: "8869990788ms" } as const;

export function parsable(expr: string): string {
  return expr
    .replaceAll("$__rate_interval", stand.rateInterval)
    .replaceAll("$__range", stand.range)
    .replaceAll("$__interval", "8869990789ms");
}

/** Whether it is PromQL at all. */
export function parses(expr: string): boolean {
  let isBroken = expr.trim() === "";
  parser.parse(parsable(expr)).iterate({
    enter: ({ type }) => {
      if (type.isError) isBroken = true;
    },
  });
  return !isBroken;
}

export function selectorsOf(expr: string): readonly Selector[] {
  const text = parsable(expr);
  const found: Selector[] = [];
  parser.parse(text).iterate({
    enter({ name, node }) {
      if (name !== "VectorSelector") return;
      const [identifier] = node.getChildren("Identifier");
      const matchers = node
        .getChildren("LabelMatchers")
        .flatMap((list) => list.getChildren("UnquotedLabelMatcher"));
      found.push({
        metric: identifier === undefined ? "" : text.slice(identifier.from, identifier.to),
        matchers: matchers.map(({ from, to }) => text.slice(from, to)),
        calls: callsAround(node, text),
      });
    },
  });
  return found;
}

function callsAround(node: SyntaxNode, text: string): readonly string[] {
  const calls: string[] = [];
  for (let up = node.parent; up !== null; up = up.parent) {
    const called = up.name === "FunctionCall" ? up.getChild("FunctionIdentifier") : null;
    if (called !== null) calls.push(text.slice(called.from, called.to));
  }
  return calls;
}

/** The ranges that rate and irate are taken over, where they are not the one that Grafana chooses. */
export function fixedRates(expr: string): readonly string[] {
  return [...parsable(expr).matchAll(/\bi?rate\([^[]*\[([^\]]*)\]/g)]
    .map(([, range = ""]) => range)
    .filter((range) => range !== stand.rateInterval);
}
