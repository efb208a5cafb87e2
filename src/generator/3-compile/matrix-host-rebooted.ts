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

/** The claims that hold MlxHostRebooted to its word. Their clock begins in 1970, and hosts may have booted before. */
export function hostRebootedMatrix(rules: readonly AlertRule[]): readonly RuleTest[] {
  const rule = soleRule(rules);
  const name = rule.alert;
  const firing = (target: ScrapeTarget, ago: string, available = "512MiB"): FiringAlert => ({
    rule,
    labels: target,
    facts: {
      instance: target.instance,
      ago,
      workloads: "Workloads of the last hour: chat draft.",
      available,
    },
  });

  return [
    claim(
      "a host that has been up for days is silent",
      [boot(studio1, hold(longAgo, 40 * minute)), ...workloads(studio1, hold(1, 40 * minute))],
      silent(name, 30 * minute + 5),
    ),
    claim(
      "a reboot fires a minute after the exporter is back, and clears within the hour",
      [
        boot(studio1, hold(longAgo, 20 * minute), away, hold(21 * minute, 70 * minute)),
        ...workloads(studio1, hold(1, 20 * minute), away, hold(1, 70 * minute)),
        exported(
          "hostMemoryAvailable",
          studio1,
          {},
          hold(2 ** 29, 20 * minute),
          away,
          hold(2 ** 35, 70 * minute),
        ),
      ],
      silent(name, 22 * minute + 50),
      silent(name, 23 * minute + 50),
      fires(name, 24 * minute + 5, firing(studio1, "3m 0s")),
      fires(name, 78 * minute + 5, firing(studio1, "57m 0s")),
      silent(name, 82 * minute + 5),
    ),
    claim(
      "it fires though the workloads did not come back",
      [
        boot(studio1, hold(longAgo, 20 * minute), away, hold(21 * minute, 70 * minute)),
        ...workloads(studio1, hold(1, 20 * minute), "stale"),
      ],
      fires(name, 30 * minute + 5, firing(studio1, "9m 0s", "an unknown amount")),
    ),
    claim(
      "a clock that is set by less than a minute, on a young machine, is silent",
      [
        boot(studio1, hold(-10 * minute, 10 * minute), hold(-10 * minute + 54, 40 * minute)),
        ...workloads(studio1, hold(1, 50 * minute)),
      ],
      silent(name, 12 * minute + 5),
      silent(name, 30 * minute + 5),
    ),
    claim(
      "a clock that is set by more than a minute, on a young machine, is taken for a reboot",
      [
        boot(studio1, hold(-10 * minute, 10 * minute), hold(-10 * minute + 66, 40 * minute)),
        ...workloads(studio1, hold(1, 50 * minute)),
      ],
      fires(name, 12 * minute + 5, firing(studio1, "20m 54s", "an unknown amount")),
    ),
    claim(
      "a clock that is set, on a machine that has been up for more than an hour, is silent",
      [
        boot(studio1, hold(longAgo, 10 * minute), hold(longAgo + 60 * minute, 40 * minute)),
        ...workloads(studio1, hold(1, 50 * minute)),
        boot(studio2, hold(-60 * minute, 10 * minute), hold(-55 * minute, 40 * minute)),
        ...workloads(studio2, hold(1, 50 * minute)),
      ],
      silent(name, 12 * minute + 5),
      silent(name, 30 * minute + 5),
    ),
    claim(
      "a machine that has just been seen for the first time is silent",
      [
        boot(studio1, nothing(10 * minute), hold(5 * minute, 40 * minute)),
        ...workloads(studio1, nothing(10 * minute), hold(1, 40 * minute)),
      ],
      silent(name, 30 * minute + 5),
    ),
    claim(
      "a host without MLX workloads may reboot, and so may one that only remembers them",
      [
        boot(studio1, hold(longAgo, 20 * minute), away, hold(21 * minute, 70 * minute)),
        boot(studio2, hold(longAgo, 20 * minute), away, hold(21 * minute, 70 * minute)),
        ...workloads(studio2, hold(0, 60 * minute)),
      ],
      silent(name, 30 * minute + 5),
    ),
    claim(
      "of two hosts the one that rebooted is named",
      [
        boot(studio1, hold(longAgo, 60 * minute)),
        ...workloads(studio1, hold(1, 60 * minute)),
        boot(studio2, hold(longAgo, 20 * minute), away, hold(21 * minute, 70 * minute)),
        ...workloads(studio2, hold(1, 20 * minute), away, hold(1, 70 * minute)),
      ],
      fires(name, 30 * minute + 5, firing(studio2, "9m 0s", "an unknown amount")),
    ),
  ];
}

const longAgo = -9 * 86_400;
/** Three minutes in which nothing answers. */
const away = nothing(3 * minute);

function boot(target: ScrapeTarget, ...stretches: readonly Stretch[]): InputSeries {
  return exported("hostBootTime", target, {}, ...stretches);
}

function workloads(target: ScrapeTarget, ...stretches: readonly Stretch[]): readonly InputSeries[] {
  return ["draft", "chat"].map((workload) =>
    exported("workloadProcesses", target, { workload }, ...stretches),
  );
}
