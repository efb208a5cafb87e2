import type { AlertRule, FiringAlert, InputSeries, RuleTest, Stretch } from "../../model/plan.ts";
import {
  claim,
  exported,
  fires,
  firesFrom,
  firesUntil,
  hold,
  minute,
  nothing,
  silent,
  soleRule,
  studio1,
  studio2,
} from "./matrix.ts";
import type { ScrapeTarget } from "./matrix.ts";

/** The claims that hold MlxSwappedOut to its word, of a workload that uses 20 GiB. */
export function swappedOutMatrix(rules: readonly AlertRule[]): readonly RuleTest[] {
  const rule = soleRule(rules);
  const name = rule.alert;
  const firing = (facts: Readonly<Record<string, string>>, target = studio1): FiringAlert => ({
    rule,
    labels: { ...target, workload: "chat" },
    facts: { workload: "chat", instance: target.instance, used: "20GiB", ...facts },
  });

  return [
    claim(
      "less than a fifth is silent, for however long",
      [used(studio1), swapped(studio1, hold(3.9 * gibibyte, length))],
      silent(name, 35 * minute + 5),
    ),
    claim(
      "more than a fifth waits fifteen minutes, then says how much",
      [used(studio1), swapped(studio1, hold(0, 5 * minute), hold(4.5 * gibibyte, length))],
      ...firesFrom(
        name,
        20 * minute,
        firing({ share: "22.5%", swapped: "4.5GiB", since: "15m 0s" }),
      ),
    ),
    claim(
      "a small workload that is swapped out whole is silent, and one of more than 1 GiB is not",
      [
        exported("workloadMemoryUsed", studio1, { workload: "chat" }, hold(1e9, length)),
        swapped(studio1, hold(1e9, length)),
        exported("workloadMemoryUsed", studio2, { workload: "chat" }, hold(2 * gibibyte, length)),
        swapped(studio2, hold(1.125 * gibibyte, length)),
      ],
      fires(
        name,
        35 * minute + 5,
        firing({ used: "2GiB", share: "56.25%", swapped: "1.125GiB", since: "35m 0s" }, studio2),
      ),
    ),
    claim(
      "where swap or used memory is not known it is silent, and so it is for a workload without memory",
      [
        used(studio1),
        swapped(studio2, hold(9 * gibibyte, length)),
        exported("workloadMemoryUsed", studio2, { workload: "batch" }, hold(0, length)),
        exported("workloadMemorySwap", studio2, { workload: "batch" }, hold(0, length)),
      ],
      silent(name, 35 * minute + 5),
    ),
    claim(
      "a dip of a minute starts the wait anew, and a gap of some minutes does not",
      [
        used(studio1),
        swapped(
          studio1,
          hold(4.5 * gibibyte, 10 * minute),
          hold(0, 1 * minute),
          hold(4.5 * gibibyte, 5 * minute),
          nothing(3 * minute),
          hold(4.5 * gibibyte, 20 * minute),
        ),
      ],
      silent(name, 25 * minute + 50),
      fires(name, 26 * minute + 5, firing({ share: "22.5%", swapped: "4.5GiB", since: "15m 0s" })),
    ),
    claim(
      "fifteen minutes of recovery are waited for, and two hosts alert separately",
      [
        used(studio1),
        swapped(studio1, hold(0, length)),
        used(studio2),
        swapped(studio2, hold(4.5 * gibibyte, 16 * minute), hold(1 * gibibyte, length)),
      ],
      ...firesUntil(
        name,
        31 * minute,
        firing({ share: "22.5%", swapped: "4.5GiB", since: "15m 45s" }, studio2),
      ),
    ),
    claim(
      "a workload that ends while pending is silent",
      [
        exported("workloadMemoryUsed", studio1, { workload: "chat" }, hold(2e10, 600), "stale"),
        swapped(studio1, hold(4.5 * gibibyte, 10 * minute), "stale"),
      ],
      silent(name, 15 * minute + 20),
      silent(name, 20 * minute + 5),
    ),
  ];
}

const gibibyte = 1024 ** 3;
const length = 40 * minute;

function used(target: ScrapeTarget): InputSeries {
  return exported("workloadMemoryUsed", target, { workload: "chat" }, hold(20 * gibibyte, length));
}

function swapped(target: ScrapeTarget, ...stretches: readonly Stretch[]): InputSeries {
  return exported("workloadMemorySwap", target, { workload: "chat" }, ...stretches);
}
