import { constants } from "../../catalog/alerts.ts";
import type { AlertRule, FiringAlert, InputSeries, RuleTest, Stretch } from "../../model/plan.ts";
import {
  claim,
  exported,
  fires,
  hold,
  input,
  minute,
  silent,
  soleRule,
  studio1,
  studio2,
} from "./matrix.ts";
import type { ScrapeTarget } from "./matrix.ts";

/** The claims that hold MlxLimitBelowBaseline to its word, on a recorded peak of 10 GiB. */
export function limitBelowBaselineMatrix(rules: readonly AlertRule[]): readonly RuleTest[] {
  const rule = soleRule(rules);
  const name = rule.alert;
  const unknown = "Which limit binds is not known.";
  const firing = (target: ScrapeTarget, limit: string, binding = unknown): FiringAlert => ({
    rule,
    labels: { ...target, workload: "chat" },
    facts: { workload: "chat", instance: target.instance, limit, peak: "10GiB", binding },
  });

  return [
    claim(
      "a limit at the peak or above it is silent",
      [
        limit(studio1, hold(10 * gibibyte, 40 * minute)),
        limit(studio2, hold(10.5 * gibibyte, 40 * minute)),
        peak({}),
      ],
      silent(name, 35 * minute + 5),
    ),
    claim(
      "a limit below it fires after ten minutes, names what binds, and clears a quarter of an hour after it was raised",
      [
        limit(studio1, hold(9.5 * gibibyte, 20 * minute), hold(12 * gibibyte, 30 * minute)),
        exported(
          "workloadLimitBinding",
          studio1,
          { workload: "chat", resource: "memory", source: "cgroup", scope: "/mlx.slice" },
          hold(1, 50 * minute),
        ),
        peak({}),
      ],
      silent(name, 9 * minute + 50),
      fires(name, 10 * minute + 5, firing(studio1, "9.5GiB", bound)),
      fires(name, 34 * minute + 50, firing(studio1, "9.5GiB", bound)),
      silent(name, 35 * minute + 5),
    ),
    claim(
      "a workload without a baseline is silent, whatever its limit",
      [limit(studio1, hold(gibibyte, 40 * minute))],
      silent(name, 35 * minute + 5),
    ),
    claim(
      "an unknown limit is silent, and so is one that ended",
      [limit(studio1, hold(9 * gibibyte, 5 * minute), "stale"), peak({})],
      silent(name, 4 * minute + 50),
      silent(name, 35 * minute + 5),
    ),
    claim(
      "a gap of scraping shorter than five minutes does not start it anew",
      [
        limit(studio1, hold(9 * gibibyte, 4 * minute), gap, hold(9 * gibibyte, 30 * minute)),
        peak({}),
      ],
      fires(name, 10 * minute + 5, firing(studio1, "9GiB")),
    ),
    claim(
      "of two hosts the one with the small limit is named",
      [
        limit(studio1, hold(16 * gibibyte, 40 * minute)),
        limit(studio2, hold(8 * gibibyte, 40 * minute)),
        peak({}),
      ],
      fires(name, 35 * minute + 5, firing(studio2, "8GiB")),
    ),
    claim(
      "a constant that exists twice breaks nothing",
      [limit(studio1, hold(8 * gibibyte, 40 * minute)), peak({}), peak({ copy: "2" })],
      fires(name, 35 * minute + 5, firing(studio1, "8GiB")),
    ),
  ];
}

const gibibyte = 2 ** 30;
const gap: Stretch = { value: "absent", seconds: 3 * minute };
const bound = "The limit that binds is cgroup, scope /mlx.slice.";

function limit(target: ScrapeTarget, ...stretches: readonly Stretch[]): InputSeries {
  return exported("workloadMemoryLimit", target, { workload: "chat" }, ...stretches);
}

function peak(more: Readonly<Record<string, string>>): InputSeries {
  const labels = { workload: "chat", resource: "memory", ...more };
  return input(constants.baselinePeak, labels, hold(10 * gibibyte, 60 * minute));
}
