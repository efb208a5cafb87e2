import { ruleGroups } from "../../catalog/alerts.ts";
import type { Alert } from "./alert.ts";
import { label } from "./fragments.ts";
import { ruleFailingMatrix } from "./matrix-rule-failing.ts";
import { promql } from "./promql.ts";

const name = "MlxRuleFailing";

/**
 * A rule of ours fails to evaluate, so what it watches goes unwatched. Needs Prometheus to scrape itself. The label
 * `rule_group` is the rule file's path, a semicolon and the group's name.
 */
export const ruleFailing: Alert = {
  name,
  group: ruleGroups.pipeline,
  rules: (runbookUrl) => [
    {
      alert: name,
      expr: promql(
        `increase(prometheus_rule_evaluation_failures_total{rule_group=~".+;mlx-.+"}[5m]) > 0`,
      ),
      keepFiringForSeconds: 5 * 60,
      labels: { severity: "critical" },
      annotations: {
        summary: "Rules of mlx-headroom fail on {{instance}}",
        description:
          "Prometheus could not evaluate {{failures}} times in 5 minutes: {{group}}. What these rules watch goes unwatched until this is mended.",
        runbook_url: runbookUrl,
      },
      fragments: {
        instance: label("instance"),
        failures: '{{ printf "%.0f" $value }}',
        group: label("rule_group"),
      },
    },
  ],
  matrix: ruleFailingMatrix,
};
