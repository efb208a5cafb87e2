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
  nothing,
  silent,
  soleRule,
  studio1,
  studio2,
} from "./matrix.ts";
import type { ScrapeTarget } from "./matrix.ts";

/** The claims that hold MlxBaselineDrift to its word, on a 95th percentile of 10 GiB and a peak of 16 GiB. */
export function baselineDriftMatrix(rules: readonly AlertRule[]): readonly RuleTest[] {
  const rule = soleRule(rules);
  const name = rule.alert;
  const firing = (target: ScrapeTarget, usage: string, peakSaid = "16GiB"): FiringAlert => ({
    rule,
    labels: { ...target, workload: "chat" },
    facts: {
      workload: "chat",
      instance: target.instance,
      usage,
      p95: "10GiB",
      peak: peakSaid,
    },
  });
  /** Two hours of each day are more than a twentieth of the time, and one hour is less. */
  const daily = (usual: number, busy: number): readonly Stretch[] =>
    Array.from({ length: 4 }, () => [hold(usual, 22 * hour), hold(busy, 2 * hour)]).flat();

  return [
    claim(
      "usage within the baseline is silent, though it reaches the recorded peak every day or stays there for good",
      [...baseline(), used(studio1, ...daily(9, 16)), used(studio2, hold(16, 4 * day))],
      silent(name, 4 * day - 3 * hour),
    ),
    claim(
      "two hours above the recorded peak every day fire, and an hour does not",
      [
        ...baseline(),
        used(studio1, ...daily(9, 17)),
        used(
          studio2,
          ...Array.from({ length: 4 }, () => [hold(9, 23 * hour), hold(17, 1 * hour)]).flat(),
        ),
      ],
      fires(name, 4 * day - 3 * hour, firing(studio1, "17GiB")),
    ),
    claim(
      "where the peak is close to the percentile a quarter above that is what counts",
      [...baseline(11), used(studio1, hold(12, 4 * day)), used(studio2, hold(13, 4 * day))],
      fires(name, 4 * day - 3 * hour, firing(studio2, "13GiB", "11GiB")),
    ),
    claim(
      "less than half of the percentile fires after three days and an hour without more, not before",
      [
        ...baseline(),
        used(studio1, hold(9, 12 * hour), hold(4, 4 * day)),
        used(studio2, hold(5.5, 4 * day)),
      ],
      silent(name, 3 * day),
      fires(name, 3 * day + 13 * hour, firing(studio1, "4GiB")),
    ),
    claim(
      "a workload that has not run for four fifths of the window is silent",
      [
        ...baseline(),
        used(studio1, hold(17, 50 * hour), "stale"),
        used(studio2, nothing(2 * day), hold(17, 2 * day)),
      ],
      silent(name, 49 * hour + 60),
      silent(name, 4 * day - 3 * hour),
    ),
    claim(
      "a baseline that is given to it later is left an hour later",
      [...baseline(16, {}, 74 * hour), used(studio1, hold(4, 4 * day))],
      silent(name, 74 * hour + 1860),
      fires(name, 75 * hour + 60, firing(studio1, "4GiB")),
    ),
    claim(
      "a workload without a baseline is silent",
      [used(studio1, hold(17, 4 * day))],
      silent(name, 4 * day - 3 * hour),
    ),
    claim(
      "a constant that exists twice breaks nothing, and restarts do not start it anew",
      [
        ...baseline(),
        ...baseline(16, { copy: "2" }),
        used(studio1, hold(17, 2 * day), "stale", nothing(6 * hour), hold(17, 2 * day)),
      ],
      fires(name, 4 * day - 3 * hour, firing(studio1, "17GiB")),
    ),
  ];
}

/** The amounts of a pattern are in GiB. */
function used(target: ScrapeTarget, ...stretches: readonly Stretch[]): InputSeries {
  const inBytes = stretches.map((stretch) =>
    stretch !== "stale" && typeof stretch.value === "number"
      ? hold(stretch.value * 2 ** 30, stretch.seconds)
      : stretch,
  );
  return exported("workloadMemoryUsedMax", target, { workload: "chat" }, ...inBytes);
}

function baseline(
  peak = 16,
  more: Readonly<Record<string, string>> = {},
  fromSeconds = 0,
): readonly InputSeries[] {
  const labels = { workload: "chat", resource: "memory", ...more };
  const before = fromSeconds === 0 ? [] : [nothing(fromSeconds)];
  return [
    input(constants.baselineP95, labels, ...before, hold(10 * 2 ** 30, 5 * day)),
    input(constants.baselinePeak, labels, ...before, hold(peak * 2 ** 30, 5 * day)),
  ];
}
