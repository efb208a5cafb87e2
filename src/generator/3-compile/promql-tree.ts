import type { SyntaxNode, SyntaxNodeRef } from "@lezer/common";
import { parser } from "@prometheus-io/lezer-promql";
import { quoted } from "./promql.ts";

/** A piece of text that takes the place of what lies between two offsets. */
interface Edit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** Labels added to every `by` and `on` that names one of `beside`: what they tell apart stays apart. */
export function withGrouping(
  expression: string,
  added: readonly string[],
  beside: readonly string[],
): string {
  return edited(expression, (node) => {
    if (node.name !== "GroupingLabels") return undefined;
    if (!["By", "On"].includes(node.node.prevSibling?.name ?? "")) return undefined;
    const named = childrenOf(node.node, "LabelName").map((label) => textOf(expression, label));
    if (!named.some((name) => beside.includes(name))) return undefined;
    const missing = added.filter((name) => !named.includes(name));
    return { from: node.from, to: node.to, text: `(${[...named, ...missing].join(", ")})` };
  });
}

/** Matchers on every selector of a metric that `selects` takes; they replace those on the same labels. */
export function withMatchers(
  expression: string,
  matchers: Readonly<Record<string, string>>,
  selects: (metric: string) => boolean,
): string {
  return edited(expression, (node) => {
    if (node.name !== "VectorSelector") return undefined;
    const [identifier] = childrenOf(node.node, "Identifier");
    if (identifier === undefined || !selects(textOf(expression, identifier))) return undefined;
    const kept = childrenOf(node.node, "LabelMatchers")
      .flatMap((list) => childrenOf(list, "UnquotedLabelMatcher"))
      .filter((matcher) => {
        const [name] = childrenOf(matcher, "LabelName");
        return name === undefined || matchers[textOf(expression, name)] === undefined;
      })
      .map((matcher) => textOf(expression, matcher));
    const added = Object.entries(matchers).map(([name, value]) => `${name}=${quoted(value)}`);
    const all = [...kept, ...added].join(",");
    return { from: identifier.to, to: node.to, text: all === "" ? "" : `{${all}}` };
  });
}

/** How far back an expression looks, in seconds: ranges, subqueries and offsets of one selector add up. */
export function lookback(expression: string): number {
  let longest = 0;
  parser.parse(expression).iterate({
    enter(node) {
      if (node.name !== "VectorSelector") return;
      let sum = 0;
      for (let up = node.node.parent; up !== null; up = up.parent) {
        const [duration] = ["DurationExpr", "OffsetDurationExpr"].flatMap((name) =>
          childrenOf(up, name),
        );
        if (duration !== undefined) sum += seconds(textOf(expression, duration));
      }
      longest = Math.max(longest, sum);
    },
  });
  return longest;
}

/** The selectors of an expression, each with the names of the labels it matches and where its matchers end. */
export function selectorsOf(
  expression: string,
): readonly { readonly labels: readonly string[]; readonly end: number }[] {
  const found: { readonly labels: readonly string[]; readonly end: number }[] = [];
  parser.parse(expression).iterate({
    enter(node) {
      if (node.name !== "LabelMatchers") return;
      const labels = childrenOf(node.node, "UnquotedLabelMatcher").flatMap((matcher) =>
        childrenOf(matcher, "LabelName").map((label) => textOf(expression, label)),
      );
      found.push({ labels, end: node.to - 1 });
    },
  });
  return found;
}

/** Edits by node, from the end on so that earlier offsets stay right. */
function edited(expression: string, edit: (node: SyntaxNodeRef) => Edit | undefined): string {
  const edits: Edit[] = [];
  parser.parse(expression).iterate({
    enter(node) {
      const made = edit(node);
      if (made !== undefined) edits.push(made);
    },
  });
  return edits.reduceRight(
    (text, { from, to, text: put }) => `${text.slice(0, from)}${put}${text.slice(to)}`,
    expression,
  );
}

function childrenOf(node: SyntaxNode, name: string): readonly SyntaxNode[] {
  return node.getChildren(name);
}

function textOf(expression: string, { from, to }: { from: number; to: number }): string {
  return expression.slice(from, to);
}

const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

function seconds(duration: string): number {
  const parts = [...duration.matchAll(/(\d+)([smhdw])/g)];
  return parts.reduce((sum, [, amount, unit = ""]) => sum + Number(amount) * (units[unit] ?? 0), 0);
}
