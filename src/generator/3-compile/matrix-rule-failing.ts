import { ruleGroups } from "../../catalog/alerts.ts";
import type { AlertRule, FiringAlert, InputSeries, RuleTest, Stretch } from "../../model/plan.ts";
import { claim, fires, firesFrom, hold, input, minute, silent, soleRule } from "./matrix.ts";

/** The claims that hold MlxRuleFailing to its word. */
export function ruleFailingMatrix(rules: readonly AlertRule[]): readonly RuleTest[] {
  const rule = soleRule(rules);
  const name = rule.alert;
  const group = `/etc/prometheus/rules/mlx-alerts.yml;${ruleGroups.exhaustion}`;
  const firing: FiringAlert = {
    rule,
    labels: { ...prometheus, rule_group: group },
    facts: { instance: prometheus.instance, failures: "3", group },
  };

  return [
    claim(
      "rules that evaluate are silent",
      [failures(group, hold(7, 6 * minute))],
      silent(name, 5 * minute + 5),
    ),
    claim(
      "a failure fires at the next evaluation, is held five minutes after it left the window, then clears",
      [failures(group, hold(0, 2 * minute), hold(3, 14 * minute))],
      ...firesFrom(name, 2 * minute, firing),
      fires(name, 6 * minute + 20, firing),
      // The window ends one evaluation earlier in Prometheus 3.
      fires(name, 11 * minute + 35, firing),
      silent(name, 12 * minute + 5),
    ),
    claim(
      "groups of others are none of our business",
      [failures("/etc/prometheus/rules/node.yml;node", hold(0, 2 * minute), hold(3, 2 * minute))],
      silent(name, 4 * minute + 5),
    ),
    claim(
      "a restart of Prometheus is silent",
      [failures(group, hold(7, 2 * minute), hold(0, 2 * minute))],
      silent(name, 4 * minute + 5),
    ),
    claim(
      "a failure after a restart of Prometheus fires",
      [failures(group, hold(7, 2 * minute), hold(0, 2 * minute), hold(3, 2 * minute))],
      fires(name, 4 * minute + 5, firing),
    ),
  ];
}

const prometheus = { job: "prometheus", instance: "127.0.0.1:9090" };

function failures(group: string, ...stretches: readonly Stretch[]): InputSeries {
  const labels = { ...prometheus, rule_group: group };
  return input("prometheus_rule_evaluation_failures_total", labels, ...stretches);
}
