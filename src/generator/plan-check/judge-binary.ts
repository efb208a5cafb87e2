import type { Expression, Matching } from "./expression.ts";
import type { Complain } from "./complain.ts";
import { either, mayHave, only, parting, plain, withLabel, without } from "./value.ts";
import type { Value } from "./value.ts";

type Binary = Extract<Expression, { readonly kind: "binary" }>;

const comparisons = new Set(["==", "!=", "<", "<=", ">", ">="]);
const setOperators = new Set(["and", "or", "unless"]);

/** Two sides and what joins them: whether they can meet, and whether one series could meet two. */
export function judgeBinary(
  { operator, isBool, matching }: Binary,
  left: Value,
  right: Value,
  complain: Complain,
): Value {
  for (const { type } of [left, right]) {
    if (type === "string" || type === "range")
      complain(`a ${type} stands beside ${operator}, which takes numbers and series`);
  }
  const isScalar = { left: left.type === "scalar", right: right.type === "scalar" };
  if (isScalar.left || isScalar.right) {
    if (setOperators.has(operator))
      complain(`${operator} takes series on both sides, not a number`);
    if (matching !== undefined)
      complain(`${matching.mode} says how series match, and a side is a number`);
    if (isScalar.left && isScalar.right) {
      if (comparisons.has(operator) && !isBool)
        complain(`${operator} between two numbers needs bool`);
      return plain("scalar");
    }
    return { ...(isScalar.left ? right : left), type: "vector" };
  }
  judgeMatching(operator, matching, left, right, complain);
  if (setOperators.has(operator)) return ofSets(operator, left, right);
  judgeOneSide(operator, matching, left, right, complain);
  return joined(matching, left, right);
}

/** The labels by which the sides meet must be there, on both. */
function judgeMatching(
  operator: string,
  matching: Matching | undefined,
  left: Value,
  right: Value,
  complain: Complain,
): void {
  if (matching === undefined) {
    const label = parting(left.labels, right.labels);
    if (label !== undefined && operator !== "or")
      complain(
        `the sides of ${operator} never match: one always has the label ${label}, the other never`,
      );
    return;
  }
  const { mode, labels, group, include } = matching;
  for (const label of labels) {
    const sides = [left, right].filter((side) => mayHave(side.labels, label)).length;
    if (sides < (mode === "on" ? 2 : 1))
      complain(
        `${operator} ${mode} (${label}), a label that ${mode === "on" ? "a side does" : "both sides do"} not have`,
      );
  }
  const one = group === "left" ? right : left;
  for (const label of include) {
    if (!mayHave(one.labels, label))
      complain(`group_${group ?? "left"} (${label}), a label that the one side does not have`);
  }
}

/** Where one series met two, Prometheus would fail the rule, and blind it for every workload. */
function judgeOneSide(
  operator: string,
  matching: Matching | undefined,
  left: Value,
  right: Value,
  complain: Complain,
): void {
  const group = matching?.group;
  const sides = group === "left" ? [right] : group === "right" ? [left] : [left, right];
  for (const side of sides) {
    if (group !== undefined && !side.isAggregated) {
      complain(`the one side of ${operator} … group_${group} is not aggregated`);
    } else if (matching !== undefined && !isUnique(side, matching)) {
      complain(
        `a side of ${operator} ${matching.mode} (${matching.labels.join(", ")}) may have several series for one match`,
      );
    } else if (matching === undefined && side.key === undefined) {
      complain(`a side of ${operator} may have several series for one match: aggregate it`);
    }
  }
}

function isUnique({ key }: Value, { mode, labels }: Matching): boolean {
  if (key === undefined) return false;
  return [...key].every((label) => labels.includes(label) === (mode === "on"));
}

function ofSets(operator: string, left: Value, right: Value): Value {
  if (operator !== "or") return { ...left, type: "vector" };
  const labels = either(left.labels, right.labels);
  const areUnique = left.key !== undefined && right.key !== undefined;
  return {
    type: "vector",
    labels,
    key: areUnique ? labels.possible : undefined,
    isAggregated: left.isAggregated && right.isAggregated,
  };
}

/** The labels that are left: those of the many side, or those that matched. */
function joined(matching: Matching | undefined, left: Value, right: Value): Value {
  if (matching === undefined)
    return { ...left, type: "vector", isAggregated: left.isAggregated && right.isAggregated };
  const { mode, labels, group, include } = matching;
  if (group !== undefined) {
    const many = group === "left" ? left : right;
    return {
      type: "vector",
      labels: include.reduce((all, label) => withLabel(all, label, false), many.labels),
      key: many.key,
      isAggregated: false,
    };
  }
  const kept = mode === "on" ? only(left.labels, labels) : without(left.labels, labels);
  return {
    type: "vector",
    labels: kept,
    key: kept.possible,
    isAggregated: left.isAggregated && right.isAggregated,
  };
}
