import type { RuleTest, Stretch, TestFile } from "../../model/plan.ts";
import { duration } from "./duration.ts";
import { emitAnnotations } from "./prometheus-rules.ts";
import { ruleFileNames } from "./rule-files.ts";
import type { RuleFile } from "./rule-files.ts";

/** Those of the rule files that a file of tests loads. */
export function loadedRules(file: TestFile, rules: readonly RuleFile[]): readonly RuleFile[] {
  const names = file.rules.map((each): string => ruleFileNames[each]);
  return rules.filter(({ name, slug }) =>
    slug === undefined ? names.includes(name) : file.baselines.includes(slug),
  );
}

/** What differs between those who run such files. */
export interface TestDialect {
  readonly expressions: string;
  expr(text: string): string;
}

const promtool: TestDialect = { expressions: "promql_expr_test", expr: (text) => text };

/** One file for `promtool test rules`, or for who speaks another dialect; `ruleFiles` are relative to it. */
export function emitTestFile(
  file: TestFile,
  ruleFiles: readonly string[],
  dialect: TestDialect = promtool,
): unknown {
  return {
    rule_files: ruleFiles,
    evaluation_interval: duration(file.intervalSeconds),
    group_eval_order: file.groupOrder,
    tests: file.tests.map((test) => emitTest(test, file.intervalSeconds, dialect)),
  };
}

function emitTest(
  { claim, input, alerts, samples }: RuleTest,
  intervalSeconds: number,
  dialect: TestDialect,
): unknown {
  return {
    name: claim,
    interval: duration(intervalSeconds),
    input_series: input.map(({ series, stretches }) => ({
      series,
      values: stretches.map((stretch) => emitStretch(stretch, intervalSeconds)).join(" "),
    })),
    ...(alerts.length > 0 && {
      alert_rule_test: alerts.map(({ alert, atSeconds, firing }) => ({
        eval_time: duration(atSeconds),
        alertname: alert,
        exp_alerts: firing.map(({ rule, labels, facts }) => ({
          exp_labels: { ...rule.labels, ...labels },
          exp_annotations: emitAnnotations(rule, facts),
        })),
      })),
    }),
    ...(samples.length > 0 && {
      [dialect.expressions]: samples.map((expected) => ({
        expr: dialect.expr(expected.expr),
        eval_time: duration(expected.atSeconds),
        exp_samples: expected.samples.map(({ series, value }) => ({ labels: series, value })),
      })),
    }),
  };
}

/** promtool's notation: `0.5x7` is the value and seven repetitions of it, `5+2x7` climbs, but `_x7` is seven gaps. */
function emitStretch(stretch: Stretch, intervalSeconds: number): string {
  if (stretch === "stale") return "stale";
  const count = stretch.seconds / intervalSeconds;
  if (!Number.isInteger(count) || count < 1) {
    throw new Error(`${stretch.seconds} s is not a whole number of steps of ${intervalSeconds} s`);
  }
  if (stretch.value === "absent") return `_x${count}`;
  const step = (stretch.perSecond ?? 0) * intervalSeconds;
  const slope = step === 0 ? "" : step > 0 ? `+${step}` : `${step}`;
  return `${stretch.value}${slope}x${count - 1}`;
}
