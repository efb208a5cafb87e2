import { constants } from "../../catalog/alerts.ts";
import type { AlertRule, FiringAlert, InputSeries, RuleTest, Stretch } from "../../model/plan.ts";
import {
  claim,
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

/** The claims that hold MlxLimitFarAboveBaseline to its word, on a recorded peak of 10 GiB and hosts of 64 GiB. */
export function limitFarAboveBaselineMatrix(rules: readonly AlertRule[]): readonly RuleTest[] {
  const rule = soleRule(rules);
  const name = rule.alert;
  const firing = (target: ScrapeTarget, limit = "21GiB"): FiringAlert => ({
    rule,
    labels: { ...target, workload: "chat" },
    facts: {
      workload: "chat",
      instance: target.instance,
      limit,
      peak: "10GiB",
      binding: "The limit that binds is cgroup, scope /mlx.slice.",
    },
  });

  return [
    claim(
      "a limit of less than twice the peak is silent",
      [...host(studio1, 64), limit(studio1, hold(19 * gibibyte, 3 * hour)), peak({})],
      silent(name, 2 * hour + 5),
    ),
    claim(
      "one of more fires after an hour, and clears when it is lowered",
      [
        ...host(studio1, 64),
        limit(studio1, hold(21 * gibibyte, 90 * minute), hold(12 * gibibyte, hour)),
        peak({}),
      ],
      silent(name, 59 * minute + 50),
      fires(name, hour + 5, firing(studio1)),
      silent(name, 90 * minute + 20),
    ),
    claim(
      "on a machine so large that the difference is less than a tenth of it is silent",
      [
        ...host(studio1, 112),
        limit(studio1, hold(21 * gibibyte, 3 * hour)),
        ...host(studio2, 108),
        limit(studio2, hold(21 * gibibyte, 3 * hour)),
        peak({}),
      ],
      fires(name, 2 * hour + 5, firing(studio2)),
    ),
    claim(
      "the machine's own memory and its wired limit are no limits of the workload",
      [
        ...host(studio1, 64, "host"),
        limit(studio1, hold(64 * gibibyte, 3 * hour)),
        ...host(studio2, 64, "wired"),
        limit(studio2, hold(48 * gibibyte, 3 * hour)),
        peak({}),
      ],
      silent(name, 2 * hour + 5),
    ),
    claim(
      "a workload without a baseline is silent",
      [...host(studio1, 64), limit(studio1, hold(32 * gibibyte, 3 * hour))],
      silent(name, 2 * hour + 5),
    ),
    claim(
      "a restart before the hour is over starts it anew",
      [
        ...host(studio1, 64),
        limit(studio1, hold(21 * gibibyte, 30 * minute), "stale", hold(21 * gibibyte, 2 * hour)),
        peak({}),
      ],
      silent(name, hour + 20 * minute),
      fires(name, hour + 31 * minute, firing(studio1)),
    ),
    claim(
      "a constant that exists twice breaks nothing",
      [
        ...host(studio1, 64),
        limit(studio1, hold(32 * gibibyte, 3 * hour)),
        peak({}),
        peak({ copy: "2" }),
      ],
      fires(name, 2 * hour + 5, firing(studio1, "32GiB")),
    ),
  ];
}

const gibibyte = 2 ** 30;

function limit(target: ScrapeTarget, ...stretches: readonly Stretch[]): InputSeries {
  return exported("workloadMemoryLimit", target, { workload: "chat" }, ...stretches);
}

function host(target: ScrapeTarget, size: number, source = "cgroup"): readonly InputSeries[] {
  const binding = { workload: "chat", resource: "memory", source, scope: "/mlx.slice" };
  return [
    exported("hostMemoryTotal", target, {}, hold(size * gibibyte, 3 * hour)),
    exported("workloadLimitBinding", target, binding, hold(1, 3 * hour)),
  ];
}

function peak(more: Readonly<Record<string, string>>): InputSeries {
  const labels = { workload: "chat", resource: "memory", ...more };
  return input(constants.baselinePeak, labels, hold(10 * gibibyte, 3 * hour));
}
