import { parser } from "@prometheus-io/lezer-promql";
import type { SyntaxNode } from "@lezer/common";

/** An expression of PromQL as a tree that holds only what is judged of it. Brackets, offsets and signs are gone. */
export type Expression =
  | { readonly kind: "number" }
  | { readonly kind: "string"; readonly value: string }
  | {
      readonly kind: "selector";
      /** Empty where only matchers tell which series are meant. */
      readonly metric: string;
      readonly matchers: readonly Matcher[];
    }
  /** A range of time of each series: `[5m]`, or of each answer, `[1h:5m]`. */
  | { readonly kind: "range"; readonly of: Expression; readonly isSubquery: boolean }
  | { readonly kind: "call"; readonly name: string; readonly args: readonly Expression[] }
  | {
      readonly kind: "aggregate";
      readonly name: string;
      readonly args: readonly Expression[];
      readonly mode: "by" | "without";
      readonly labels: readonly string[];
    }
  | {
      readonly kind: "binary";
      readonly operator: string;
      readonly left: Expression;
      readonly right: Expression;
      readonly isBool: boolean;
      readonly matching?: Matching;
    }
  /** What the language has now, and Prometheus 2.42 has not. */
  | { readonly kind: "unknown"; readonly text: string };

export interface Matcher {
  readonly label: string;
  readonly operator: string;
  readonly value: string;
}

/** `on (a, b) group_left (c)`. */
export interface Matching {
  readonly mode: "on" | "ignoring";
  readonly labels: readonly string[];
  readonly group?: "left" | "right";
  readonly include: readonly string[];
}

/** Text → tree; undefined where it does not parse. */
export function parseExpression(text: string): Expression | undefined {
  const tree = parser.parse(text);
  let isBroken = text.trim() === "";
  tree.iterate({
    enter: ({ type }) => {
      if (type.isError) isBroken = true;
    },
  });
  return isBroken ? undefined : readFirst(childrenOf(tree.topNode), text);
}

function read(node: SyntaxNode, text: string): Expression {
  const own = text.slice(node.from, node.to);
  const first = () => readFirst(childrenOf(node), text);
  switch (node.name) {
    case "NumberDurationLiteral":
      return { kind: "number" };
    case "StringLiteral":
      return { kind: "string", value: unquoted(own) };
    case "ParenExpr":
    case "OffsetExpr":
    case "UnaryExpr":
    case "StepInvariantExpr":
      return first();
    case "VectorSelector":
      return readSelector(node, text);
    case "MatrixSelector":
    case "SubqueryExpr":
      // This parser takes the range of all that stands before it, Prometheus that of the last operand.
      return node.firstChild?.name === "BinaryExpr"
        ? { kind: "unknown", text: own }
        : { kind: "range", of: first(), isSubquery: node.name === "SubqueryExpr" };
    case "FunctionCall":
      return {
        kind: "call",
        name: textOf(node.getChild("FunctionIdentifier"), text),
        args: readArguments(node, text),
      };
    case "AggregateExpr":
      return readAggregate(node, text);
    case "BinaryExpr":
      return readBinary(node, text);
    default:
      return { kind: "unknown", text: own };
  }
}

const expressions = new Set([
  ...["NumberDurationLiteral", "StringLiteral", "ParenExpr", "OffsetExpr", "UnaryExpr"],
  ...["StepInvariantExpr", "VectorSelector", "MatrixSelector", "SubqueryExpr", "FunctionCall"],
  ...["AggregateExpr", "BinaryExpr"],
]);

const modifiers = new Set(["MatchingModifierClause", "BoolModifier"]);

function readFirst(nodes: readonly SyntaxNode[], text: string): Expression {
  const node = nodes.find(({ name }) => expressions.has(name));
  return node === undefined ? { kind: "unknown", text } : read(node, text);
}

function readArguments(node: SyntaxNode, text: string): readonly Expression[] {
  const body = node.getChild("FunctionCallBody");
  return body === null ? [] : childrenOf(body).map((child) => read(child, text));
}

function readSelector(node: SyntaxNode, text: string): Expression {
  const list = node.getChild("LabelMatchers");
  if (list?.getChild("QuotedLabelName")) return { kind: "unknown", text: textOf(node, text) };
  const matchers = (list === null ? [] : childrenOf(list)).map((matcher) => ({
    label: textOf(matcher.firstChild, text),
    operator: textOf(matcher.getChild("MatchOp"), text),
    value: unquoted(textOf(matcher.getChild("StringLiteral"), text)),
  }));
  return { kind: "selector", metric: textOf(node.getChild("Identifier"), text), matchers };
}

function readAggregate(node: SyntaxNode, text: string): Expression {
  const modifier = node.getChild("AggregateModifier");
  return {
    kind: "aggregate",
    name: textOf(node.getChild("AggregateOp"), text),
    args: readArguments(node, text),
    mode: modifier?.getChild("Without") ? "without" : "by",
    labels: labelsOf(modifier?.getChild("GroupingLabels") ?? null, text),
  };
}

function readBinary(node: SyntaxNode, text: string): Expression {
  const inner = childrenOf(node);
  const [left, right] = inner.filter(({ name }) => expressions.has(name));
  const [operator, ...others] = inner.filter(
    ({ name }) => !expressions.has(name) && !modifiers.has(name),
  );
  const clause = node.getChild("MatchingModifierClause");
  if (left === undefined || right === undefined || others.length > 0)
    return { kind: "unknown", text: textOf(node, text) };
  return {
    kind: "binary",
    operator: textOf(operator ?? null, text),
    left: read(left, text),
    right: read(right, text),
    isBool: node.getChild("BoolModifier") !== null,
    ...(clause !== null && { matching: readMatching(clause, text) }),
  };
}

function readMatching(node: SyntaxNode, text: string): Matching {
  const [labels, include] = node.getChildren("GroupingLabels");
  const left = node.getChild("GroupLeft");
  const right = node.getChild("GroupRight");
  return {
    mode: node.getChild("On") === null ? "ignoring" : "on",
    labels: labelsOf(labels ?? null, text),
    include: labelsOf(include ?? null, text),
    ...(left !== null && { group: "left" }),
    ...(right !== null && { group: "right" }),
  };
}

/** In quotes where they were written so, which Prometheus 2.42 does not read: then no series has such a label. */
function labelsOf(node: SyntaxNode | null, text: string): readonly string[] {
  return (node === null ? [] : childrenOf(node)).map((child) => textOf(child, text));
}

function childrenOf(node: SyntaxNode): readonly SyntaxNode[] {
  const children: SyntaxNode[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling) children.push(child);
  return children;
}

function textOf(node: SyntaxNode | null, text: string): string {
  return node === null ? "" : text.slice(node.from, node.to);
}

/** The text within quotes; what Go's escapes stand for is not looked into. */
function unquoted(literal: string): string {
  return literal.slice(1, -1);
}
