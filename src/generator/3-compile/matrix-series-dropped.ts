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

/** The claims that hold MlxSeriesDropped to its word. An hour in, what was there from the start is old. */
export function seriesDroppedMatrix(rules: readonly AlertRule[]): readonly RuleTest[] {
  const rule = soleRule(rules);
  const name = rule.alert;
  const firing = (target: ScrapeTarget, count: string, kind = "processes"): FiringAlert => ({
    rule,
    labels: { ...target, kind },
    facts: { instance: target.instance, kind, count },
  });

  return [
    claim(
      "an exporter that leaves nothing out is silent",
      [dropped(studio1, "processes", hold(0, 90 * minute))],
      silent(name, 80 * minute + 5),
    ),
    claim(
      "what is left out fires a minute later, and clears after an hour",
      [dropped(studio1, "processes", hold(0, 90 * minute), hold(1, 90 * minute))],
      silent(name, 90 * minute + 50),
      fires(name, 91 * minute + 5, firing(studio1, "1")),
      fires(name, 147 * minute + 5, firing(studio1, "1")),
      silent(name, 151 * minute + 5),
    ),
    claim(
      "what an exporter left out at its first look fires, and clears after an hour",
      [dropped(studio1, "workloads", nothing(5 * minute), hold(7, 120 * minute))],
      fires(name, 7 * minute + 5, firing(studio1, "7", "workloads")),
      fires(name, 64 * minute + 5, firing(studio1, "7", "workloads")),
      silent(name, 66 * minute + 5),
    ),
    claim(
      "values that were cut are silent",
      [dropped(studio1, "label", hold(0, 20 * minute), hold(9, 60 * minute))],
      silent(name, 30 * minute + 5),
    ),
    claim(
      "an exporter that counts from 0 again is silent, until it leaves something out again",
      [
        dropped(
          studio1,
          "processes",
          hold(7, 150 * minute),
          hold(0, 20 * minute),
          hold(2, 30 * minute),
        ),
      ],
      silent(name, 152 * minute + 5),
      silent(name, 169 * minute + 5),
      fires(name, 175 * minute + 5, firing(studio1, "2")),
    ),
    claim(
      "half an hour without scraping is silent, then and an hour later",
      [
        dropped(
          studio1,
          "processes",
          hold(7, 150 * minute),
          nothing(30 * minute),
          hold(7, 120 * minute),
        ),
      ],
      silent(name, 182 * minute + 5),
      silent(name, 225 * minute + 5),
      silent(name, 245 * minute + 5),
    ),
    claim(
      "of two hosts the one that leaves something out is named",
      [
        dropped(studio1, "churn", hold(0, 120 * minute)),
        dropped(studio2, "churn", hold(0, 90 * minute), hold(2, 30 * minute)),
      ],
      fires(name, 95 * minute + 5, firing(studio2, "2", "churn")),
    ),
  ];
}

function dropped(
  target: ScrapeTarget,
  kind: string,
  ...stretches: readonly Stretch[]
): InputSeries {
  return exported("exporterDropped", target, { kind }, ...stretches);
}
