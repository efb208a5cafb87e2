import type { Policy } from "../../model/policy.ts";
import { nested } from "./promql.ts";

/** A recorded constant, or an expression of some, with more matchers in its selectors. */
export type ConstantOf = (...matchers: readonly string[]) => string;

/** How two sides are joined: as written for one of the ways in which constants are found. */
export type Spelling = (left: string, on: string, constant: ConstantOf) => string;

/** The labels of `joinLabels` that tell classes of hosts apart. */
export function classLabels(policy: Policy): readonly string[] {
  return policy.joinLabels.filter((name) => name !== "workload" && name !== "resource");
}

/** `mlx:baseline_peak` with matchers as text. */
export function constantOf(name: string, ...fixed: readonly string[]): ConstantOf {
  return (...matchers) => {
    const all = [...fixed, ...matchers];
    return all.length === 0 ? name : `${name}{${all.join(",")}}`;
  };
}

/**
 * An expression of series joined with constants, the most specific first: that of the series' own class of hosts where
 * there is one, else that which names no class. Every join of an alert with constants goes through here. `key` are the
 * labels that both sides share; `spell` writes the join and must aggregate its one side by the labels it is given, for a
 * constant that exists twice would fail the rule and blind every workload.
 */
export function mostSpecific(
  policy: Policy,
  left: string,
  key: readonly string[],
  constant: ConstantOf,
  spell: Spelling,
): string {
  const [narrow, broad] = bothWays(policy, key);
  if (narrow === undefined) return spell(left, broad.on, constant);
  return [
    spell(left, narrow.on, narrowed(constant, narrow)),
    "or",
    spell(
      [
        "(",
        nested(left),
        `    unless on (${narrow.on})`,
        nested(constant(...narrow.matchers)),
        ")",
      ].join("\n"),
      broad.on,
      narrowed(constant, broad),
    ),
  ].join("\n");
}

/** What no constant is found for, of its class or of none. */
export function withoutAny(
  policy: Policy,
  left: string,
  key: readonly string[],
  constant: ConstantOf,
): string {
  const ways = bothWays(policy, key).filter((way) => way !== undefined);
  return [
    left,
    ...ways.map(({ on, matchers }) => `  unless on (${on})\n${constant(...matchers)}`),
  ].join("\n");
}

/** One of the ways in which a constant is found. */
interface Way {
  readonly on: string;
  readonly matchers: readonly string[];
}

function narrowed(constant: ConstantOf, { matchers }: Way): ConstantOf {
  return (...more) => constant(...more, ...matchers);
}

/** By class, where the constant names all of its labels, and without; only the latter where nothing tells classes apart. */
export function bothWays(
  policy: Policy,
  key: readonly string[],
): readonly [narrow: Way | undefined, broad: Way] {
  const classes = classLabels(policy);
  const broad = { on: key.join(", "), matchers: classes.map((name) => `${name}=""`) };
  if (classes.length === 0) return [undefined, broad];
  const on = [...key, ...classes].join(", ");
  return [{ on, matchers: classes.map((name) => `${name}!=""`) }, broad];
}

/** What Prometheus is asked for when a sentence is made: an expression with a `%q` for each of the labels, in order. */
export interface Asked {
  readonly expression: string;
  readonly labels: readonly string[];
}

/** A constant as the alert's own series are joined with it; `key` are labels that both have. */
export function constantOfAlert(
  policy: Policy,
  name: string,
  key: readonly string[],
  ...fixed: readonly string[]
): Asked {
  const classes = classLabels(policy);
  const own = constantOf(name, ...fixed, ...key.map((label) => `${label}=%q`));
  if (classes.length === 0) return { expression: own(), labels: key };
  const narrow = own(...classes.map((label) => `${label}=%q`));
  const broad = own(...classes.map((label) => `${label}=""`));
  return {
    expression: `${narrow} or on (${key.join(", ")}) ${broad}`,
    labels: [...key, ...classes, ...key],
  };
}

/** The same as one figure, however often the constant exists. */
export function figureOfAlert(
  ...[policy, name, key, ...fixed]: Parameters<typeof constantOfAlert>
): Asked {
  const { expression, labels } = constantOfAlert(policy, name, key, ...fixed);
  return { expression: `max by (${key.join(", ")}) (${expression})`, labels };
}
