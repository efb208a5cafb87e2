/**
 * What Prometheus 2.42 knows and every later version reads the same way. `holt_winters` is left out, which Prometheus 3
 * calls otherwise; so is whatever needs an experimental flag in any of them.
 */

export type Type = "scalar" | "string" | "vector" | "range";

export interface Signature {
  readonly takes: readonly Type[];
  /** How many of those at the end may be left out; `any` where the last may come again and again, or not at all. */
  readonly optional?: number | "any";
  readonly gives: "scalar" | "vector";
}

const of = (
  gives: "scalar" | "vector",
  takes: readonly Type[],
  optional?: number | "any",
): Signature => ({ takes, gives, ...(optional !== undefined && { optional }) });

const each = (names: string, signature: Signature): Readonly<Record<string, Signature>> =>
  Object.fromEntries(names.split(" ").map((name) => [name, signature]));

const functionTable: Readonly<Record<string, Signature>> = {
  ...each(
    "abs absent acos acosh asin asinh atan atanh ceil cos cosh deg exp floor ln log10 log2 rad sgn sin sinh sort sort_desc sqrt tan tanh timestamp",
    of("vector", ["vector"]),
  ),
  ...each(
    "absent_over_time avg_over_time changes count_over_time delta deriv idelta increase irate last_over_time max_over_time min_over_time present_over_time rate resets stddev_over_time stdvar_over_time sum_over_time",
    of("vector", ["range"]),
  ),
  ...each(
    "day_of_month day_of_week day_of_year days_in_month hour minute month year",
    of("vector", ["vector"], 1),
  ),
  ...each("clamp_max clamp_min", of("vector", ["vector", "scalar"])),
  ...each("pi time", of("scalar", [])),
  clamp: of("vector", ["vector", "scalar", "scalar"]),
  histogram_quantile: of("vector", ["scalar", "vector"]),
  label_join: of("vector", ["vector", "string", "string", "string"], "any"),
  label_replace: of("vector", ["vector", "string", "string", "string", "string"]),
  predict_linear: of("vector", ["range", "scalar"]),
  quantile_over_time: of("vector", ["scalar", "range"]),
  round: of("vector", ["vector", "scalar"], 1),
  scalar: of("scalar", ["vector"]),
  vector: of("vector", ["scalar"]),
};

export const functions: ReadonlyMap<string, Signature> = new Map(Object.entries(functionTable));

/** Operators that make one series of several, and what stands before the series. */
export const aggregators: ReadonlyMap<string, readonly Type[]> = new Map<string, readonly Type[]>([
  ..."sum avg min max count group stddev stdvar".split(" ").map((name) => [name, []] as const),
  ..."topk bottomk quantile".split(" ").map((name) => [name, ["scalar"]] as const),
  ["count_values", ["string"]],
]);

/** Of a counter only: on a gauge, every fall counts as a restart. */
export const ofCounters: ReadonlySet<string> = new Set(["rate", "irate", "increase", "resets"]);
/** Of a gauge only: a counter that starts again looks like a fall. */
export const ofGauges: ReadonlySet<string> = new Set([
  ...["delta", "deriv", "idelta", "predict_linear"],
]);
