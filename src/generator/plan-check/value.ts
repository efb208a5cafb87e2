import type { Type } from "./functions.ts";

/** What an expression gives, as far as it can be told without running it. */
export interface Value {
  readonly type: Type;
  readonly labels: Labels;
  /** Labels that no two of its series share; undefined where that cannot be told. */
  readonly key: ReadonlySet<string> | undefined;
  /** One series was made of several, for each set of the labels in `key`. */
  readonly isAggregated: boolean;
  /** Of a range: what its series are, and whether they were computed. */
  readonly range?: { readonly of: "gauge" | "counter" | "unknown"; readonly isSubquery: boolean };
}

/** Label names: those that every series has, and those that any may have (undefined: whatever name). */
export interface Labels {
  readonly certain: ReadonlySet<string>;
  readonly possible: ReadonlySet<string> | undefined;
}

export const noLabels: Labels = { certain: new Set(), possible: new Set() };
export const anyLabels: Labels = { certain: new Set(), possible: undefined };

/** A value without series. */
export function plain(type: "scalar" | "string"): Value {
  return { type, labels: noLabels, key: new Set(), isAggregated: false };
}

/** Series of which nothing is known: what follows a fault, so that one fault is not told as five. */
export const anything: Value = {
  type: "vector",
  labels: anyLabels,
  key: new Set(),
  isAggregated: true,
};

export function mayHave(labels: Labels, name: string): boolean {
  return labels.possible?.has(name) ?? true;
}

export function only(labels: Labels, names: readonly string[]): Labels {
  return {
    certain: new Set(names.filter((name) => labels.certain.has(name))),
    possible: new Set(names.filter((name) => mayHave(labels, name))),
  };
}

export function without(labels: Labels, names: readonly string[]): Labels {
  const rest = (set: ReadonlySet<string>) =>
    new Set([...set].filter((name) => !names.includes(name)));
  return {
    certain: rest(labels.certain),
    possible: labels.possible === undefined ? undefined : rest(labels.possible),
  };
}

/** With a label more, on every series or on some. */
export function withLabel(labels: Labels, name: string, isCertain: boolean): Labels {
  return {
    certain: isCertain ? new Set([...labels.certain, name]) : without(labels, [name]).certain,
    possible: labels.possible === undefined ? undefined : new Set([...labels.possible, name]),
  };
}

/** Of series from here or from there. */
export function either(a: Labels, b: Labels): Labels {
  return {
    certain: new Set([...a.certain].filter((name) => b.certain.has(name))),
    possible:
      a.possible === undefined || b.possible === undefined
        ? undefined
        : new Set([...a.possible, ...b.possible]),
  };
}

/** A label that one side always has and the other never: series that match by all their labels then never meet. */
export function parting(a: Labels, b: Labels): string | undefined {
  return (
    [...a.certain].find((name) => !mayHave(b, name)) ??
    [...b.certain].find((name) => !mayHave(a, name))
  );
}
