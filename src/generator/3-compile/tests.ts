import { ruleGroups } from "../../catalog/alerts.ts";
import type { AlertRule, Baselines, ConstantGroup, RuleTest, TestFile } from "../../model/plan.ts";
import type { Alert } from "./alert.ts";
import { alerts } from "./alerts.ts";
import { baselineTests } from "./baseline-tests.ts";
import { minute } from "./matrix.ts";
import { series } from "./promql.ts";
import { scrapeIntervalSeconds } from "./scraping.ts";

/** An alert with the rules it was compiled to. */
interface CompiledAlert {
  readonly alert: Alert;
  readonly rules: readonly AlertRule[];
}

/** The promtool files: one per alert for its logic, one per group of constants for its numbers. */
export function compileTests(
  compiled: readonly CompiledAlert[],
  thresholds: ConstantGroup,
  baselines: readonly Baselines[],
): readonly TestFile[] {
  return [
    testFile(
      ruleGroups.thresholds,
      "The default thresholds are what they say.",
      [],
      constantTests(thresholds),
    ),
    ...compiled.map(({ alert, rules }) =>
      testFile(
        fileName(alert.name),
        `${alert.name} fires when it must, and only then.`,
        [],
        alert.matrix(rules),
        alert.stepSeconds,
      ),
    ),
    ...baselines.map((group) =>
      testFile(
        group.name,
        `The baseline of ${group.workload} is what its profile says, and its thresholds hold.`,
        [group],
        [...constantTests(group), ...baselineTests(group)],
        baselineStepSeconds,
      ),
    ),
  ];
}

function testFile(
  name: string,
  about: string,
  baselines: readonly Baselines[],
  tests: readonly RuleTest[],
  intervalSeconds = scrapeIntervalSeconds,
): TestFile {
  return {
    name,
    about,
    rules: ["thresholds", "alerts"],
    baselines: baselines.map(({ slug }) => slug),
    groupOrder: [
      ruleGroups.thresholds,
      ...baselines.map((group) => group.name),
      ...new Set(alerts.map(({ group }) => group)),
    ],
    intervalSeconds,
    tests,
  };
}

/**
 * How far apart samples and evaluations are in the claims about a workload's own numbers. What they claim holds at any
 * step, every alert is evaluated at each, and there is such a file for every workload.
 */
const baselineStepSeconds = 2 * minute;

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
