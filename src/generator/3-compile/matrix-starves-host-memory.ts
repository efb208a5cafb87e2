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
  ruleOf,
  silent,
  studio1,
  studio2,
} from "./matrix.ts";
import type { ScrapeTarget } from "./matrix.ts";

/** The claims that hold MlxStarvesHostMemory to its word, on a host of 64 GiB where MLX has 36. */
export function starvesHostMemoryMatrix(rules: readonly AlertRule[]): readonly RuleTest[] {
  const warning = ruleOf(rules, "warning");
  const critical = ruleOf(rules, "critical");
  const name = warning.alert;
  const firing = (
    rule: AlertRule,
    available: string,
    since: string,
    target: ScrapeTarget = studio1,
  ): FiringAlert => ({
    rule,
    labels: target,
    facts: {
      instance: target.instance,
      share: "56.25%",
      available,
      total: "64GiB",
      largest: "Most is taken by chat (26GiB), batch (10GiB).",
      since,
    },
  });

  return [
    claim(
      "a tenth of memory that is still available is silent",
      [...workloads(studio1), ...host(studio1, hold(6.5 * gibibyte, length))],
      silent(name, 10 * minute + 5),
    ),
    claim(
      "less waits five minutes, then says who has how much",
      [
        ...workloads(studio1),
        ...host(
          studio1,
          hold(20 * gibibyte, 2 * minute),
          hold(6 * gibibyte, 8 * minute),
          hold(2.25 * gibibyte, length),
        ),
      ],
      ...firesFrom(name, 7 * minute, firing(warning, "6GiB", "5m 0s")),
      fires(name, 13 * minute + 5, firing(warning, "2.25GiB", "11m 0s")),
    ),
    claim(
      "very little waits two minutes, and is critical",
      [
        ...workloads(studio1),
        ...host(studio1, hold(20 * gibibyte, 2 * minute), hold(1.75 * gibibyte, length)),
      ],
      ...firesFrom(name, 4 * minute, firing(critical, "1.75GiB", "2m 0s")),
      fires(
        name,
        7 * minute + 5,
        firing(warning, "1.75GiB", "5m 0s"),
        firing(critical, "1.75GiB", "5m 0s"),
      ),
    ),
    claim(
      "macOS's own judgement counts as much as what is available",
      [
        ...workloads(studio1),
        ...host(studio1, hold(20 * gibibyte, length)),
        exported(
          "hostMemoryPressureLevel",
          studio1,
          {},
          hold(1, 2 * minute),
          hold(2, 8 * minute),
          hold(4, length),
        ),
      ],
      silent(name, 6 * minute + 50),
      fires(name, 7 * minute + 5, firing(warning, "20GiB", "5m 0s")),
      fires(
        name,
        12 * minute + 5,
        firing(warning, "20GiB", "10m 0s"),
        firing(critical, "20GiB", "2m 0s"),
      ),
    ),
    claim(
      "a shortage that others make is silent here",
      [
        exported("workloadMemoryUsed", studio1, { workload: "chat" }, hold(31 * gibibyte, length)),
        ...host(studio1, hold(1.75 * gibibyte, length)),
      ],
      silent(name, 10 * minute + 5),
    ),
    claim(
      "a host that does not say what is available is silent, and so is one without a workload",
      [
        ...workloads(studio1),
        exported("hostMemoryTotal", studio1, {}, hold(64 * gibibyte, length)),
        ...host(studio2, hold(1.75 * gibibyte, length)),
      ],
      silent(name, 10 * minute + 5),
    ),
    claim(
      "five minutes of recovery are waited for, a gap is bridged, and two hosts alert separately",
      [
        ...workloads(studio1),
        ...host(studio1, hold(20 * gibibyte, length)),
        ...workloads(studio2),
        ...host(
          studio2,
          hold(1.75 * gibibyte, 3 * minute),
          nothing(2 * minute),
          hold(1.75 * gibibyte, 1 * minute),
          hold(20 * gibibyte, length),
        ),
      ],
      ...firesUntil(
        name,
        11 * minute,
        firing(warning, "1.75GiB", "5m 45s", studio2),
        firing(critical, "1.75GiB", "5m 45s", studio2),
      ),
    ),
    claim(
      "a model load that fills memory for two minutes is no warning",
      [
        ...workloads(studio1),
        ...host(
          studio1,
          hold(20 * gibibyte, 2 * minute),
          hold(5 * gibibyte, 2 * minute),
          hold(15 * gibibyte, length),
        ),
      ],
      silent(name, 4 * minute + 20),
      silent(name, 7 * minute + 20),
    ),
  ];
}

const gibibyte = 1024 ** 3;
const length = 15 * minute;

function host(target: ScrapeTarget, ...available: readonly Stretch[]): readonly InputSeries[] {
  return [
    exported("hostMemoryTotal", target, {}, hold(64 * gibibyte, length)),
    exported("hostMemoryAvailable", target, {}, ...available),
  ];
}

function workloads(target: ScrapeTarget): readonly InputSeries[] {
  return Object.entries({ chat: 26, batch: 10 }).map(([workload, used]) =>
    exported("workloadMemoryUsed", target, { workload }, hold(used * gibibyte, length)),
  );
}
