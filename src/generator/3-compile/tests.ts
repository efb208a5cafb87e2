import { ruleGroups } from "../../catalog/alerts.ts";
import type { Baselines, ConstantGroup, RuleTest, TestFile } from "../../model/plan.ts";
import type { CompiledAlert } from "./alert.ts";
import { alerts } from "./alerts.ts";
import { baselineTests } from "./baseline-tests.ts";
import { minute } from "./matrix.ts";
import { series } from "./promql.ts";
import { scrapeIntervalSeconds } from "./scraping.ts";

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
