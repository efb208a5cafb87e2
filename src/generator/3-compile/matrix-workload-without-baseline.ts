import { constants } from "../../catalog/alerts.ts";
import type { AlertRule, FiringAlert, InputSeries, RuleTest, Stretch } from "../../model/plan.ts";
import {
  claim,
  day,
  exported,
  fires,
  hold,
  hour,
  input,
  minute,
  nothing,
  silent,
  soleRule,
  studio1,
  studio2,
} from "./matrix.ts";
import type { ScrapeTarget } from "./matrix.ts";

/** The claims that hold MlxWorkloadWithoutBaseline to its word. */
export function workloadWithoutBaselineMatrix(rules: readonly AlertRule[]): readonly RuleTest[] {
  const rule = soleRule(rules);
  const name = rule.alert;
  const firing = (target: ScrapeTarget, used = "an unknown amount"): FiringAlert => ({
    rule,
    labels: { ...target, workload: "draft" },
    facts: { workload: "draft", instance: target.instance, used },
  });

  return [
    claim(
      "a workload that has run for a day fires an hour later, where others have a baseline",
      [
        recorded("chat"),
        processes(studio1, hold(1, 2 * day)),
        exported("workloadMemoryUsedMax", studio1, draft, hold(8 * 2 ** 30, 2 * day)),
      ],
      silent(name, 1 * day + 31 * minute),
      fires(name, 1 * day + 61 * minute, firing(studio1, "8GiB")),
    ),
    claim(
      "it clears when it has one, and when it stops",
      [
        recorded("chat"),
        recorded("draft", nothing(34 * hour), hold(1, 14 * hour)),
        processes(studio1, hold(1, 2 * day)),
        processes(studio2, hold(1, 30 * hour), hold(0, 18 * hour)),
      ],
      fires(name, 29 * hour + minute, firing(studio1), firing(studio2)),
      fires(name, 30 * hour + minute, firing(studio1)),
      silent(name, 34 * hour + minute),
    ),
    claim(
      "where nothing was ever recorded it is silent",
      [processes(studio1, hold(1, 2 * day))],
      silent(name, 2 * day - 10 * minute),
    ),
    claim(
      "one that was only tried out is silent, though it comes back",
      [
        recorded("chat"),
        processes(
          studio1,
          hold(1, 2 * hour),
          hold(0, 26 * hour),
          hold(1, 2 * hour),
          hold(0, 18 * hour),
        ),
      ],
      silent(name, 29 * hour + 31 * minute),
      silent(name, 40 * hour + minute),
    ),
    claim(
      "a baseline serves the workload on every host",
      [
        recorded("draft"),
        processes(studio1, hold(1, 2 * day)),
        processes(studio2, hold(1, 2 * day)),
      ],
      silent(name, 2 * day - 10 * minute),
    ),
    claim(
      "two hosts alert separately, and a constant that exists twice breaks nothing",
      [
        recorded("chat"),
        input(constants.baselineRecorded, { workload: "chat", copy: "2" }, hold(1, 2 * day)),
        processes(studio1, hold(1, 2 * day)),
        processes(studio2, hold(1, 2 * day)),
      ],
      fires(name, 2 * day - 10 * minute, firing(studio1), firing(studio2)),
    ),
  ];
}

const draft = { workload: "draft" };

function processes(target: ScrapeTarget, ...stretches: readonly Stretch[]): InputSeries {
  return exported("workloadProcesses", target, draft, ...stretches);
}

function recorded(workload: string, ...stretches: readonly Stretch[]): InputSeries {
  const held = stretches.length === 0 ? [hold(1, 2 * day)] : stretches;
  return input(constants.baselineRecorded, { workload, grade: "B" }, ...held);
}
