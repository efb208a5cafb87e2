import { ruleGroups } from "../../catalog/alerts.ts";
import type { Alert } from "./alert.ts";
import { hostLabels, label } from "./fragments.ts";
import { ruleFailingMatrix } from "./matrix-rule-failing.ts";
import { promql } from "./promql.ts";
import { cases } from "./runbook-text.ts";

const name = "MlxRuleFailing";

/**
 * A rule of ours fails to evaluate, so what it watches goes unwatched. Needs Prometheus to scrape itself. The label
 * `rule_group` is the rule file's path, a semicolon and the group's name.
 */
export const ruleFailing: Alert = {
  name,
  group: ruleGroups.pipeline,
  carries: [...hostLabels, "rule_group"],
  why: "One series that exists twice is enough to make a rule that joins fail, and a rule that fails looks like one that has nothing to say.",
  needs: [],
  runbook: {
    meaning:
      "Prometheus could not evaluate a rule of ours, so what the rule watches goes unwatched. The alert names the file and the group; Prometheus shows the error under Status, Rules, and in its log. This alert needs Prometheus to scrape itself.",
    linux: cases(
      "`many-to-many matching` or `duplicate series`: the same series is scraped or recorded twice, often by two copies of the rules or two jobs that scrape one exporter. Remove one.",
      "`query processing would load too many samples` or a timeout: Prometheus is too small or too busy.",
      "Anything else: check the files with `promtool check rules` and `promtool test rules`, both on the machine of Prometheus. If somebody edited them, `mlx-headroom compile --check` says so, and `mlx-headroom compile` puts them right.",
    ),
    macos: "The same, wherever Prometheus runs.",
    prevent:
      "Run `mlx-headroom compile --check` and `promtool check rules` before rule files are put in place.",
  },
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
