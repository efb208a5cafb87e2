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

/** The claims that hold MlxRankMissing to its word. */
export function rankMissingMatrix(rules: readonly AlertRule[]): readonly RuleTest[] {
  const rule = soleRule(rules);
  const name = rule.alert;
  const firing = (target: ScrapeTarget, ranks: string, before: string): FiringAlert => ({
    rule,
    labels: { ...target, workload: "train" },
    facts: {
      workload: "train",
      instance: target.instance,
      ranks,
      before,
      exits: "Why processes ended in the last hour: unknown.",
    },
  });
  const run = (...parts: readonly (readonly InputSeries[])[]) => parts.flat();

  return [
    claim(
      "a run whose ranks all live is silent",
      run(
        host(studio1, [hold(2, 80 * minute)], [hold(0, 80 * minute)]),
        host(studio2, [hold(2, 80 * minute)], [hold(0, 80 * minute)]),
      ),
      silent(name, 70 * minute + 5),
    ),
    claim(
      "one rank of four on a host that ends fires after two minutes, and clears after an hour",
      host(
        studio1,
        [hold(4, 10 * minute), hold(3, 80 * minute)],
        [hold(0, 10 * minute), hold(1, 80 * minute)],
      ),
      silent(name, 11 * minute + 50),
      fires(name, 12 * minute + 5, firing(studio1, "3", "4")),
      fires(name, 69 * minute + 5, firing(studio1, "3", "4")),
      silent(name, 70 * minute + 20),
    ),
    claim(
      "a host that loses its only rank is named while the other host's lives",
      run(
        host(studio1, [hold(1, 60 * minute)], [hold(0, 60 * minute)]),
        host(
          studio2,
          [hold(1, 10 * minute), "stale"],
          [hold(0, 10 * minute), hold(1, 50 * minute)],
          [hold(1, 10 * minute), hold(0, 50 * minute)],
        ),
      ),
      silent(name, 11 * minute + 50),
      fires(name, 12 * minute + 20, firing(studio2, "0", "1")),
    ),
    claim(
      "a rank that is back within two minutes is silent",
      host(
        studio1,
        [hold(4, 10 * minute), hold(3, 90), hold(4, 30 * minute)],
        [hold(0, 10 * minute), hold(1, 40 * minute)],
      ),
      silent(name, 11 * minute + 5),
      silent(name, 13 * minute + 5),
    ),
    claim(
      "a run that ends as a whole is silent, and so is one that comes back with fewer ranks",
      run(
        host(
          studio1,
          [hold(4, 10 * minute), "stale"],
          [hold(0, 10 * minute), hold(4, 50 * minute)],
          [hold(4, 10 * minute), hold(0, 50 * minute)],
        ),
        host(
          studio2,
          [hold(4, 10 * minute), "stale", hold(2, 50 * minute)],
          [hold(0, 10 * minute), hold(4, 50 * minute)],
        ),
      ),
      silent(name, 30 * minute + 5),
      silent(name, 50 * minute + 5),
    ),
    claim(
      "a run that is gone is silent, though nobody saw it end",
      host(
        studio1,
        [hold(2, 10 * minute), "stale"],
        [hold(0, 60 * minute)],
        [hold(2, 10 * minute), hold(0, 50 * minute)],
      ),
      silent(name, 30 * minute + 5),
    ),
    claim(
      "an exporter that is away is no rank that is missing",
      run(
        host(studio1, [hold(1, 60 * minute)], [hold(0, 60 * minute)]),
        host(
          studio2,
          [hold(1, 10 * minute), "stale"],
          [hold(0, 10 * minute), "stale"],
          [hold(1, 10 * minute), "stale"],
        ),
      ),
      silent(name, 30 * minute + 5),
    ),
    claim(
      "a gap of scraping does not start it anew",
      host(
        studio1,
        [hold(4, 10 * minute), hold(3, 1 * minute), nothing(2 * minute), hold(3, 20 * minute)],
        [hold(0, 10 * minute), hold(1, 40 * minute)],
      ),
      fires(name, 12 * minute + 20, firing(studio1, "3", "4")),
    ),
    claim(
      "a workload without ranks is silent",
      [
        exported("workloadProcesses", studio1, train, hold(4, 10 * minute), hold(1, 50 * minute)),
        exits(studio1, hold(0, 10 * minute), hold(3, 50 * minute)),
      ],
      silent(name, 30 * minute + 5),
    ),
  ];
}

const train = { workload: "train" };

/** A host's ranks, the ends of processes that it counted, and its processes where they are not as many as its ranks. */
function host(
  target: ScrapeTarget,
  ranks: readonly Stretch[],
  ended: readonly Stretch[],
  processes: readonly Stretch[] = ranks,
): readonly InputSeries[] {
  return [
    exported("workloadRanks", target, train, ...ranks),
    exported("workloadProcesses", target, train, ...processes),
    exits(target, ...ended),
  ];
}

function exits(target: ScrapeTarget, ...stretches: readonly Stretch[]): InputSeries {
  return exported("workloadProcessExits", target, { ...train, reason: "unknown" }, ...stretches);
}
