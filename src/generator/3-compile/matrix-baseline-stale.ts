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
  silent,
  soleRule,
  studio1,
  studio2,
} from "./matrix.ts";
import type { ScrapeTarget } from "./matrix.ts";

/** The claims that hold MlxBaselineStale to its word. Their clock begins in 1970, so a recording was made before that. */
export function baselineStaleMatrix(rules: readonly AlertRule[]): readonly RuleTest[] {
  const rule = soleRule(rules);
  const name = rule.alert;
  const firing = (age: string): FiringAlert => ({
    rule,
    labels: { workload: "chat" },
    facts: { workload: "chat", age, grade: "B" },
  });

  return [
    claim(
      "a recording of 89 days is silent",
      [recorded(since(-89 * day)), processes(studio1, hold(1, 8 * hour))],
      silent(name, 7 * hour + 5),
    ),
    claim(
      "one of 90 days fires an hour later, once for all hosts",
      [
        recorded(since(-90 * day + 2 * hour)),
        processes(studio1, hold(1, 8 * hour)),
        processes(studio2, hold(1, 8 * hour)),
      ],
      silent(name, 3 * hour + 1 * minute),
      fires(name, 3 * hour + 31 * minute, firing("90d 1h 30m 0s")),
    ),
    claim(
      "a new recording clears it",
      [
        recorded([hold(-91 * day, 3 * hour), hold(-1 * day, 5 * hour)]),
        processes(studio1, hold(1, 8 * hour)),
      ],
      fires(name, 2 * hour + 1 * minute, firing("91d 2h 0m 0s")),
      silent(name, 3 * hour + 1 * minute),
    ),
    claim(
      "a workload that is between two starts is still in use, and one that no exporter knows is not",
      [recorded(since(-91 * day)), processes(studio1, hold(0, 3 * hour), "stale")],
      fires(name, 2 * hour + 1 * minute, firing("91d 2h 0m 0s")),
      silent(name, 3 * hour + 6 * minute),
    ),
    claim(
      "of two recordings the newer one counts, and a constant that exists twice breaks nothing",
      [
        recorded(since(-200 * day)),
        recorded(since(-10 * day), { mlx_version: "0.31.0" }),
        processes(studio1, hold(1, 8 * hour)),
      ],
      silent(name, 7 * hour + 5),
    ),
    claim(
      "a workload without a baseline is silent",
      [processes(studio1, hold(1, 8 * hour))],
      silent(name, 7 * hour + 5),
    ),
  ];
}

function processes(target: ScrapeTarget, ...stretches: readonly Stretch[]): InputSeries {
  return exported("workloadProcesses", target, { workload: "chat" }, ...stretches);
}

function recorded(
  stretches: readonly Stretch[],
  more: Readonly<Record<string, string>> = {},
): InputSeries {
  return input(constants.baselineRecorded, { workload: "chat", grade: "B", ...more }, ...stretches);
}

/** Made this many seconds after the clock began, and not made again. */
function since(seconds: number): readonly Stretch[] {
  return [hold(seconds, 8 * hour)];
}
