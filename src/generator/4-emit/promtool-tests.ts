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

/**
 * One file for `promtool test rules`; `ruleFiles` are relative to it. With `groupOf` it is one for `vmalert-tool
 * unittest`, which wants to know the group of each alert, and which promtool would refuse.
 */
export function emitTestFile(
  file: TestFile,
  ruleFiles: readonly string[],
  groupOf?: ReadonlyMap<string, string>,
): unknown {
  return {
    rule_files: ruleFiles,
    evaluation_interval: duration(file.intervalSeconds),
    group_eval_order: file.groupOrder,
    tests: file.tests.map((test) => emitTest(test, file.intervalSeconds, groupOf)),
  };
}

function emitTest(
  { claim, input, alerts, samples }: RuleTest,
  intervalSeconds: number,
  groupOf: ReadonlyMap<string, string> | undefined,
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
        ...(groupOf !== undefined && { groupname: groupOf.get(alert) }),
        alertname: alert,
        exp_alerts: firing.map(({ rule, labels, facts }) => ({
          exp_labels: { ...rule.labels, ...labels },
          exp_annotations: emitAnnotations(rule, facts),
        })),
      })),
    }),
    ...(samples.length > 0 && {
      promql_expr_test: samples.map((expected) => ({
        expr: expected.expr,
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
