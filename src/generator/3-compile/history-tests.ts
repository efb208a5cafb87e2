import { ruleGroups } from "../../catalog/alerts.ts";
import type { RuleTest, TestFile } from "../../model/plan.ts";
import type { Policy } from "../../model/policy.ts";
import { hour } from "./matrix.ts";
import { historyMatrix } from "./matrix-history.ts";
import { outlookMatrix } from "./matrix-outlook.ts";
import { selectedTest } from "./policy-selection.ts";
import { stepSeconds } from "./scraping.ts";

/** The promtool files of the recorded history: one for its windows, and one for what takes days. */
export function historyTests(policy: Policy): readonly TestFile[] {
  return [
    testFile(
      ruleGroups.history,
      "Peaks and percentiles are those of their window, and what is unknown stays absent.",
      stepSeconds,
      historyMatrix().map((test) => selectedTest(policy, test)),
    ),
    testFile(
      ruleGroups.outlook,
      "Days until exhaustion are told of a trend only, and what fits is counted from peaks.",
      hour,
      outlookMatrix().map((test) => selectedTest(policy, test)),
    ),
  ];
}

function testFile(
  name: string,
  about: string,
  intervalSeconds: number,
  tests: readonly RuleTest[],
): TestFile {
  return {
    name,
    about,
    rules: ["history"],
    baselines: [],
    groupOrder: [ruleGroups.history, ruleGroups.outlook],
    intervalSeconds,
    tests,
  };
}
