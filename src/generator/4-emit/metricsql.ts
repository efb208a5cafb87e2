import type { AlertRule, Plan } from "../../model/plan.ts";
import type { TestDialect } from "./promtool-tests.ts";

/**
 * Functions that MetricsQL computes otherwise under the same name, and what it calls those of Prometheus. Its own take
 * a counter that is seen for the first time for one that has just risen from 0, which would be an alert.
 */
const otherwise = /\b(increase|delta|changes)\(/g;

/** One expression, or template text with expressions in it, so that VictoriaMetrics takes it as Prometheus does. */
export function metricsQl(text: string): string {
  return text.replaceAll(otherwise, "$1_prometheus(");
}

/** The same plan for who speaks MetricsQL. */
export function inMetricsQl(plan: Plan): Plan {
  return {
    ...plan,
    alerts: plan.alerts.map((group) => ({ ...group, rules: group.rules.map(translated) })),
    history: plan.history.map((group) => ({
      ...group,
      rules: group.rules.map((rule) => ({ ...rule, expr: metricsQl(rule.expr) })),
    })),
  };
}

function translated(rule: AlertRule): AlertRule {
  const fragments = Object.entries(rule.fragments).map(([name, text]) => [name, metricsQl(text)]);
  return {
    ...rule,
    expr: metricsQl(rule.expr),
    fragments: Object.fromEntries(fragments) as AlertRule["fragments"],
  };
}

/** How vmalert-tool wants its tests. It names the group on every alert, which Prometheus does not. */
export const vmalertTests: TestDialect = {
  expressions: "metricsql_expr_test",
  expr: (text) =>
    text.startsWith("ALERTS{") ? `label_del(${text}, "alertgroup")` : metricsQl(text),
};
