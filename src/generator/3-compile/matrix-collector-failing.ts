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

/** The claims that hold MlxCollectorFailing to its word. */
export function collectorFailingMatrix(rules: readonly AlertRule[]): readonly RuleTest[] {
  const rule = soleRule(rules);
  const name = rule.alert;
  const firing = (target: ScrapeTarget, collector = "cgroup"): FiringAlert => ({
    rule,
    labels: { ...target, collector },
    facts: { instance: target.instance, collector },
  });

  return [
    claim(
      "collectors that do their work are silent",
      [success(studio1, "cgroup", hold(1, 40 * minute))],
      silent(name, 30 * minute + 5),
    ),
    claim(
      "one that fails fires after ten minutes, is held for five when it works again, then clears",
      [
        success(studio1, "cgroup", hold(1, 5 * minute), hold(0, 15 * minute), hold(1, 20 * minute)),
        success(studio1, "process", hold(1, 40 * minute)),
      ],
      silent(name, 14 * minute + 50),
      fires(name, 15 * minute + 5, firing(studio1)),
      fires(name, 24 * minute + 50, firing(studio1)),
      silent(name, 25 * minute + 5),
    ),
    claim(
      "one that fails for a few minutes, again and again, is silent",
      [
        success(
          studio1,
          "cgroup",
          ...Array.from({ length: 4 }, () => [hold(0, 8 * minute), hold(1, 2 * minute)]).flat(),
        ),
      ],
      silent(name, 38 * minute + 5),
    ),
    claim(
      "one that was switched off is silent",
      [success(studio1, "cgroup", hold(0, 8 * minute), "stale")],
      silent(name, 30 * minute + 5),
    ),
    claim(
      "native calls may be absent: their figures come another way",
      [success(studio1, "native", hold(0, 40 * minute))],
      silent(name, 30 * minute + 5),
    ),
    claim(
      "a gap of scraping does not start it anew",
      [success(studio1, "cgroup", hold(0, 5 * minute), nothing(3 * minute), hold(0, 10 * minute))],
      fires(name, 10 * minute + 5, firing(studio1)),
    ),
    claim(
      "of two hosts and several collectors each that fails is named",
      [
        success(studio1, "cgroup", hold(0, 40 * minute)),
        success(studio1, "fds", hold(0, 40 * minute)),
        success(studio2, "cgroup", hold(1, 40 * minute)),
        success(studio2, "nvidia", hold(0, 40 * minute)),
      ],
      fires(
        name,
        30 * minute + 5,
        firing(studio1),
        firing(studio1, "fds"),
        firing(studio2, "nvidia"),
      ),
    ),
  ];
}

function success(
  target: ScrapeTarget,
  collector: string,
  ...stretches: readonly Stretch[]
): InputSeries {
  return exported("exporterCollectorSuccess", target, { collector }, ...stretches);
}
