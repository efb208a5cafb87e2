import { parser } from "@prometheus-io/lezer-promql";

/** A number of an expression, and the expression with that number moved. */
export interface Moved {
  readonly literal: string;
  readonly share: number;
  readonly expression: string;
}

const shares = [-0.2, 0.2];

/**
 * The expression with each of its thresholds and factors a fifth lower, and a fifth higher. Left out are 0 and 1, which
 * say none and all, and every range and offset. A power, such as 2 ^ 30, is one number.
 */
export function thresholdsMoved(expression: string): readonly Moved[] {
  const numbers: { readonly from: number; readonly to: number; readonly value: number }[] = [];
  parser.parse(expression).iterate({
    enter({ name, node, from, to }) {
      const text = expression.slice(from, to);
      if (name === "BinaryExpr" && node.getChild("Pow") !== null) {
        const [base, exponent] = text.split("^").map(Number);
        numbers.push({ from, to, value: Number(base) ** Number(exponent) });
        return false;
      }
      if (name === "NumberDurationLiteral") numbers.push({ from, to, value: Number(text) });
      return undefined;
    },
  });
  return numbers
    .filter(({ value }) => value !== 0 && value !== 1)
    .flatMap(({ from, to, value }) =>
      shares.map((share) => ({
        literal: expression.slice(from, to),
        share,
        expression: `${expression.slice(0, from)}${value * (1 + share)}${expression.slice(to)}`,
      })),
    );
}
