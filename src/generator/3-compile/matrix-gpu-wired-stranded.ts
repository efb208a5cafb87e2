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

/** The claims that hold MlxGpuWiredStranded to its word, on Macs of 100 GiB where 5 are wired by the system. */
export function gpuWiredStrandedMatrix(rules: readonly AlertRule[]): readonly RuleTest[] {
  const rule = soleRule(rules);
  const name = rule.alert;
  const firing = (facts: Readonly<Record<string, string>>, target = studio1): FiringAlert => ({
    rule,
    labels: target,
    facts: { instance: target.instance, total: "100GiB", ...facts },
  });

  return [
    claim(
      "memory that has no owner after a process ended waits fifteen minutes, then fires until it falls",
      [
        installed(studio1),
        ended(studio1),
        unowned(
          studio1,
          hold(5 * gibibyte, 20 * minute),
          hold(40 * gibibyte, 100 * minute),
          hold(11 * gibibyte, 20 * minute),
          hold(9 * gibibyte, length),
        ),
      ],
      silent(name, 34 * minute + 50),
      fires(name, 35 * minute + 5, firing({ wired: "40GiB", since: "15m 0s" })),
      // The rise has left the window of an hour by now.
      fires(name, 139 * minute + 50, firing({ wired: "11GiB", since: "1h 59m 45s" })),
      silent(name, 140 * minute + 20),
    ),
    claim(
      "memory that is given back within ten minutes is silent",
      [
        installed(studio1),
        ended(studio1),
        unowned(
          studio1,
          hold(5 * gibibyte, 20 * minute),
          hold(40 * gibibyte, 10 * minute),
          hold(5 * gibibyte, length),
        ),
      ],
      silent(name, 36 * minute + 5),
      silent(name, 60 * minute + 5),
    ),
    claim(
      "a rise without a process that ended is another program's, and silent",
      [
        installed(studio1),
        exits(studio1, hold(4, length)),
        unowned(studio1, hold(5 * gibibyte, 20 * minute), hold(40 * gibibyte, length)),
      ],
      ...[36, 60, 90].map((minutes) => silent(name, minutes * minute + 5)),
    ),
    claim(
      "much that was there before a process ended is silent, and so is a small rise",
      [
        installed(studio1),
        ended(studio1),
        unowned(studio1, hold(40 * gibibyte, length)),
        installed(studio2),
        ended(studio2),
        unowned(studio2, hold(5 * gibibyte, 20 * minute), hold(14 * gibibyte, length)),
      ],
      ...[36, 60, 90].map((minutes) => silent(name, minutes * minute + 5)),
    ),
    claim(
      "a counter of exits that starts anew with the exporter is no exit",
      [
        installed(studio1),
        exits(studio1, hold(4, 20 * minute), hold(0, length)),
        unowned(studio1, hold(5 * gibibyte, 20 * minute), hold(40 * gibibyte, length)),
      ],
      ...[36, 60, 90].map((minutes) => silent(name, minutes * minute + 5)),
    ),
    claim(
      "a host that does not say what has no owner is silent",
      [installed(studio1), ended(studio1)],
      silent(name, 60 * minute + 5),
    ),
    claim(
      "a gap is bridged, a host that is gone clears, and two hosts alert separately",
      [
        installed(studio1),
        ended(studio1),
        unowned(studio1, hold(5 * gibibyte, length)),
        installed(studio2),
        ended(studio2),
        unowned(
          studio2,
          hold(5 * gibibyte, 20 * minute),
          hold(16 * gibibyte, 5 * minute),
          nothing(3 * minute),
          hold(16 * gibibyte, 20 * minute),
          "stale",
        ),
      ],
      fires(name, 36 * minute + 5, firing({ wired: "16GiB", since: "16m 0s" }, studio2)),
      silent(name, 49 * minute + 5),
    ),
  ];
}

const gibibyte = 1024 ** 3;
const length = 150 * minute;

function installed(target: ScrapeTarget): InputSeries {
  return exported("hostMemoryTotal", target, {}, hold(100 * gibibyte, length));
}

function unowned(target: ScrapeTarget, ...stretches: readonly Stretch[]): InputSeries {
  return exported("hostMemoryWiredUnattributed", target, {}, ...stretches);
}

function exits(target: ScrapeTarget, ...stretches: readonly Stretch[]): InputSeries {
  const labels = { workload: "chat", reason: "unknown" };
  return exported("workloadProcessExits", target, labels, ...stretches);
}

/** One process more has ended after twenty minutes. */
function ended(target: ScrapeTarget): InputSeries {
  return exits(target, hold(3, 20 * minute), hold(4, length));
}
