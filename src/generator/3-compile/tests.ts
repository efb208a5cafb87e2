import { ruleGroups } from "../../catalog/alerts.ts";
import type { Baselines, ConstantGroup, RuleTest, TestFile } from "../../model/plan.ts";
import type { Policy } from "../../model/policy.ts";
import type { Alert } from "./alert.ts";
import { baselineStepSeconds, baselineTests } from "./baseline-tests.ts";
import { minute } from "./matrix.ts";
import { isAsBuilt } from "./policy-checks.ts";
import type { PolicyRule } from "./policy-rules.ts";
import { selectedTest } from "./policy-selection.ts";
import { policyTests } from "./policy-tests.ts";
import { series } from "./promql.ts";
import { stepSeconds } from "./scraping.ts";

/** An alert with the rules that the policy has made of its own. */
export interface DecidedAlert {
  readonly alert: Alert;
  readonly rules: readonly PolicyRule[];
}

/** What the claims are about. */
export interface Subject {
  readonly policy: Policy;
  readonly compiled: readonly DecidedAlert[];
  readonly thresholds: ConstantGroup;
  readonly decisions: ConstantGroup | undefined;
  readonly baselines: readonly Baselines[];
  /** Names of the groups of alerts that have rules, in the order of their file. */
  readonly groups: readonly string[];
}

/** The promtool files: one per alert for its logic, one per group of constants for its numbers. */
export function compileTests(subject: Subject): readonly TestFile[] {
  const { policy, compiled, thresholds, decisions, baselines } = subject;
  const rules = compiled.flatMap((each) => each.rules);
  return [
    testFile(
      subject,
      ruleGroups.thresholds,
      "The default thresholds are what they say.",
      [],
      constantTests(thresholds),
    ),
    ...compiled.map(({ alert, rules: own }) =>
      testFile(subject, fileName(alert.name), ...logicTests(policy, alert, own), alert.stepSeconds),
    ),
    ...(decisions === undefined
      ? []
      : [
          testFile(
            subject,
            ruleGroups.policy,
            "What the policy decides for single workloads is in force.",
            [],
            [...constantTests(decisions), ...policyTests(policy, rules)],
          ),
        ]),
    ...baselines.map((group) =>
      testFile(
        subject,
        group.name,
        `The baseline of ${group.workload} is what its profile says, and its thresholds hold.`,
        [group],
        [...constantTests(group), ...baselineTests(group, policy, rules)],
        baselineStepSeconds,
      ),
    ),
  ];
}

/** The claims about an alert's logic, of the rules as the policy has made them. */
function logicTests(
  policy: Policy,
  alert: Alert,
  rules: readonly PolicyRule[],
): readonly [about: string, baselines: readonly Baselines[], tests: readonly RuleTest[]] {
  if (rules.every(({ made }) => made.length === 0))
    return [`The policy switches ${alert.name} off: there is nothing to claim.`, [], []];
  if (!isAsBuilt(policy, alert.name) || rules.some(({ made }) => made.length === 0)) {
    const about = `The policy gives ${alert.name} times, thresholds or severities of its own; the claims about its logic are of those it is built with.`;
    return [about, [], []];
  }
  const made = new Map(rules.map((rule) => [rule.builtIn, rule.made[0] ?? rule.builtIn]));
  const tests = alert.matrix(rules.map(({ builtIn }) => builtIn)).map((test) => ({
    ...test,
    alerts: test.alerts.map((expected) => ({
      ...expected,
      firing: expected.firing.map(({ rule, labels, facts }) => ({
        rule: made.get(rule) ?? rule,
        labels,
        // No claim of an alert's logic is about a weak baseline.
        facts: { grade: "", ...facts },
      })),
    })),
  }));
  return [`${alert.name} fires when it must, and only then.`, [], tests];
}

function testFile(
  { policy, groups, decisions }: Subject,
  name: string,
  about: string,
  baselines: readonly Baselines[],
  tests: readonly RuleTest[],
  intervalSeconds = stepSeconds,
): TestFile {
  // Logic is claimed of workloads that nothing is decided for, whatever their names are.
  const decided = decisions !== undefined && (baselines.length > 0 || name === ruleGroups.policy);
  return {
    name,
    about,
    rules: ["thresholds", ...(decided ? (["policy"] as const) : []), "alerts"],
    baselines: baselines.map(({ slug }) => slug),
    groupOrder: [
      ruleGroups.thresholds,
      ...(decided ? [ruleGroups.policy] : []),
      ...baselines.map((group) => group.name),
      ...groups,
    ],
    intervalSeconds,
    tests: tests.map((test) => selectedTest(policy, test)),
  };
}

/** MlxHeadroomLow → mlx-headroom-low. */
function fileName(alert: string): string {
  return alert.replace(/(?!^)[A-Z]/g, (letter) => `-${letter}`).toLowerCase();
}

function constantTests(group: ConstantGroup): readonly RuleTest[] {
  return [
    {
      claim: `every constant of ${group.name} has its value`,
      input: [],
      alerts: [],
      samples: group.constants.map(({ record, labels, value }) => ({
        expr: series(record, labels),
        atSeconds: minute + 5,
        samples: [{ series: series(record, withoutEmpty(labels)), value }],
      })),
    },
  ];
}

/** An empty label is no label. */
function withoutEmpty(labels: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== ""));
}
