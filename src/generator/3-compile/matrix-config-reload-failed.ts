import type { AlertRule, FiringAlert, InputSeries, RuleTest, Stretch } from "../../model/plan.ts";
import {
  claim,
  exported,
  fires,
  hold,
  minute,
  nothing,
  silent,
  soleRule,
  studio1,
  studio2,
} from "./matrix.ts";
import type { ScrapeTarget } from "./matrix.ts";

/** The claims that hold MlxConfigReloadFailed to its word. */
export function configReloadFailedMatrix(rules: readonly AlertRule[]): readonly RuleTest[] {
  const rule = soleRule(rules);
  const name = rule.alert;
  const firing = (target: ScrapeTarget, age: string): FiringAlert => ({
    rule,
    labels: target,
    facts: { instance: target.instance, age },
  });

  return [
    claim(
      "a config that was good is silent, and so is an exporter without one",
      [success(studio1, hold(1, 40 * minute)), ...loaded(studio1)],
      silent(name, 30 * minute + 5),
    ),
    claim(
      "a wrong one fires after five minutes, and clears when it is mended",
      [
        success(studio1, hold(1, 5 * minute), hold(0, 10 * minute), hold(1, 10 * minute)),
        ...loaded(studio1),
      ],
      silent(name, 9 * minute + 50),
      fires(name, 10 * minute + 5, firing(studio1, "11m 0s")),
      silent(name, 15 * minute + 20),
    ),
    claim(
      "one that is mended within five minutes is silent",
      [success(studio1, hold(0, 4 * minute), hold(1, 20 * minute)), ...loaded(studio1)],
      silent(name, 3 * minute + 50),
      silent(name, 6 * minute + 5),
    ),
    claim(
      "an exporter that ended is MlxExporterDown's",
      [success(studio1, hold(0, 4 * minute), "stale")],
      silent(name, 20 * minute + 5),
    ),
    claim(
      "a gap of scraping does not start it anew, and an unknown time is said to be",
      [success(studio1, hold(0, 2 * minute), nothing(2 * minute), hold(0, 10 * minute))],
      fires(name, 5 * minute + 5, firing(studio1, "an unknown time")),
    ),
    claim(
      "of two hosts the one with the wrong config is named",
      [
        success(studio1, hold(1, 40 * minute)),
        ...loaded(studio1),
        success(studio2, hold(0, 40 * minute)),
        ...loaded(studio2),
      ],
      fires(name, 30 * minute + 5, firing(studio2, "31m 0s")),
    ),
  ];
}

function success(target: ScrapeTarget, ...stretches: readonly Stretch[]): InputSeries {
  return exported("exporterConfigReloadSuccessful", target, {}, ...stretches);
}

/** A good config was last loaded a minute before the clock of these claims began. */
function loaded(target: ScrapeTarget): readonly InputSeries[] {
  return [exported("exporterConfigReloadTime", target, {}, hold(-minute, 40 * minute))];
}
