import { scrapeJob } from "../../catalog/alerts.ts";
import type { AlertExpectation, AlertRule, RuleTest } from "../../model/plan.ts";
import type { Policy } from "../../model/policy.ts";
import { classLabels } from "./joins.ts";
import { promql } from "./promql.ts";
import { selectorsOf, withGrouping, withMatchers } from "./promql-tree.ts";

/** What identifies a host, unless the policy names labels that must be the same, too. */
const ofHost = ["job", "instance"];

/**
 * A rule of the series that the policy selects, in which labels that tell hosts or clusters apart are never summed away:
 * two clusters may each have a `studio-1`.
 */
export function selected(policy: Policy, rule: AlertRule): AlertRule {
  const beside = besideHost(policy);
  return {
    ...rule,
    expr: selectedExpression(policy, rule.expr),
    fragments: Object.fromEntries(
      Object.entries(rule.fragments).map(([name, text]) => [name, lookingBeside(text, beside)]),
    ),
  };
}

/** The same of an expression alone. */
export function selectedExpression(policy: Policy, expr: string): string {
  const grouped = withGrouping(expr, besideHost(policy), ofHost);
  return promql(withMatchers(grouped, policy.selector, isExporters));
}

/** The claims about such rules, on series as they are selected. */
export function selectedTest(policy: Policy, test: RuleTest): RuleTest {
  if (Object.keys(policy.selector).length === 0) return test;
  return {
    ...test,
    input: test.input.map(({ series, stretches }) => ({
      series: isOtherJob(series) ? series : withMatchers(series, policy.selector, isExporters),
      stretches,
    })),
    alerts: test.alerts.map((alert) => selectedAlerts(policy, alert)),
    samples: test.samples.map((expected) => ({
      ...expected,
      samples: expected.samples.map(({ series, value }) => ({
        series: withMatchers(
          series,
          policy.selector,
          (name) => name === "ALERTS" && /job=/.test(series),
        ),
        value,
      })),
    })),
  };
}

function selectedAlerts(policy: Policy, expectation: AlertExpectation): AlertExpectation {
  return {
    ...expectation,
    firing: expectation.firing.map((firing) => ({
      ...firing,
      labels: { ...firing.labels, ...(firing.labels["job"] === scrapeJob && policy.selector) },
    })),
  };
}

/** Labels that must be the same besides those that identify a host within its cluster. */
export function besideHost(policy: Policy): readonly string[] {
  const names = Object.keys(policy.selector).filter((name) => name !== "job");
  return [...new Set([...classLabels(policy), ...names.sort()])];
}

/** Series of the exporter and of its being scraped; constants and Prometheus' own are nobody's job. */
function isExporters(metric: string): boolean {
  return metric.startsWith("mlx_") || metric === "up";
}

/** Claims also tell of targets that are none of ours, and those stay so. */
function isOtherJob(series: string): boolean {
  return series.includes("job=") && !series.includes(`job="${scrapeJob}"`);
}

/** Questions to Prometheus about the alert's own host ask for the labels beside it, too. */
function lookingBeside(text: string, beside: readonly string[]): string {
  if (beside.length === 0) return text;
  return text.replaceAll(
    /with printf `([^`]*)` ([^|]*) \|/g,
    (_, expression: string, values: string) => {
      const asked = askingBeside(expression, values.split(" "), beside);
      return `with printf \`${asked.expression}\` ${asked.values.join(" ")} |`;
    },
  );
}

/** Each `%q` takes the next of the values. */
function askingBeside(
  expression: string,
  values: readonly string[],
  beside: readonly string[],
): { readonly expression: string; readonly values: readonly string[] } {
  // As long as a gap and its quotes: what is found in the one stands at the same place in the other.
  const parsable = expression.replaceAll("%q", '""');
  return selectorsOf(parsable)
    .filter(({ labels }) => labels.includes("instance"))
    .reduceRight<{ readonly expression: string; readonly values: readonly string[] }>(
      (asked, { labels, end }) => {
        const added = beside.filter((name) => !labels.includes(name));
        const before = expression.slice(0, end).split("%q").length - 1;
        const matchers = added.map((name) => `,${name}=%q`).join("");
        return {
          expression: `${asked.expression.slice(0, end)}${matchers}${asked.expression.slice(end)}`,
          values: asked.values.toSpliced(before, 0, ...added.map((name) => `$labels.${name}`)),
        };
      },
      { expression, values },
    );
}
