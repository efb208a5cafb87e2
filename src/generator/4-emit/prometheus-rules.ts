import type { AlertGroup, AlertRule, ConstantGroup, RecordingGroup } from "../../model/plan.ts";
import { duration } from "./duration.ts";
import { prose } from "./prose.ts";
import { comment } from "./yaml-text.ts";

/** Groups of rules, with nothing in them that Prometheus 2.42 does not know. */
export function emitConstants(groups: readonly ConstantGroup[]): readonly unknown[] {
  return groups.map(({ name, constants }) => ({
    name,
    rules: constants.map(({ record, labels, value, why }) => ({
      [comment]: why,
      record,
      expr: `vector(${value})`,
      labels,
    })),
  }));
}

export function emitHistory(groups: readonly RecordingGroup[]): readonly unknown[] {
  return groups.map(({ name, intervalSeconds, rules }) => ({
    name,
    interval: duration(intervalSeconds),
    rules: rules.map(({ record, expr, why }) => ({ [comment]: why, record, expr })),
  }));
}

export function emitAlerts(groups: readonly AlertGroup[]): readonly unknown[] {
  return groups.map(({ name, intervalSeconds, labels, rules }) => ({
    name,
    ...(intervalSeconds !== undefined && { interval: duration(intervalSeconds) }),
    ...(labels && { labels }),
    rules: rules.map((rule) => emitAlert(rule, labels)),
  }));
}

function emitAlert(rule: AlertRule, shared: AlertGroup["labels"] = {}): unknown {
  const { forSeconds, keepFiringForSeconds } = rule;
  return {
    alert: rule.alert,
    expr: rule.expr,
    ...(forSeconds !== undefined && { for: duration(forSeconds) }),
    ...(keepFiringForSeconds !== undefined && { keep_firing_for: duration(keepFiringForSeconds) }),
    labels: without(shared, { ...rule.labels, ...rule.lookedUp }),
    annotations: emitAnnotations(rule, rule.fragments),
  };
}

/** What the group says already is not said again. */
function without(
  shared: Readonly<Record<string, string>>,
  labels: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(labels).filter(([name, value]) => shared[name] !== value),
  );
}

/** The same sentences for the rule, with template text in their gaps, and for its tests, with facts. */
export function emitAnnotations(
  rule: AlertRule,
  values: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(rule.annotations).map(([name, sentence]) => [name, prose(sentence, values)]),
  );
}
