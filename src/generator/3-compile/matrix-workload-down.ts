import type { AlertRule, FiringAlert, InputSeries, RuleTest, Stretch } from "../../model/plan.ts";
import {
  claim,
  exported,
  fires,
  hold,
  minute,
  silent,
  soleRule,
  studio1,
  studio2,
} from "./matrix.ts";
import type { ScrapeTarget } from "./matrix.ts";

/** The claims that hold MlxWorkloadDown to its word. */
export function workloadDownMatrix(rules: readonly AlertRule[]): readonly RuleTest[] {
  const rule = soleRule(rules);
  const name = rule.alert;
  const noExit = "No process of it was seen to end in the last 15 minutes.";
  const firing = (target: ScrapeTarget, exits = noExit): FiringAlert => ({
    rule,
    labels: { ...target, workload: "chat" },
    facts: { workload: "chat", instance: target.instance, exits },
  });

  return [
    claim(
      "a workload that runs is silent",
      [processes(studio1, hold(2, 5 * minute)), expected(studio1, 1)],
      silent(name, 4 * minute),
    ),
    claim(
      "an expected workload without a process fires after two minutes and clears when it runs again",
      [
        processes(studio1, hold(1, 2 * minute), hold(0, 6 * minute), hold(1, 6 * minute)),
        expected(studio1, 1),
      ],
      silent(name, 3 * minute + 50),
      fires(name, 4 * minute + 5, firing(studio1)),
      silent(name, 8 * minute + 20),
    ),
    claim(
      "why the last processes ended is said",
      [
        processes(studio1, hold(1, 2 * minute), hold(0, 6 * minute)),
        expected(studio1, 1),
        exits("oom_kill", hold(0, 2 * minute), hold(1, 6 * minute)),
        exits("unknown", hold(4, 8 * minute)),
      ],
      fires(
        name,
        4 * minute + 20,
        firing(studio1, "Why processes ended in the last 15 minutes: oom_kill."),
      ),
    ),
    claim(
      "of processes that ended in several ways, all are said",
      [
        processes(studio1, hold(1, 2 * minute), hold(0, 6 * minute)),
        expected(studio1, 1),
        exits("oom_kill", hold(0, 2 * minute), hold(1, 6 * minute)),
        exits("unknown", hold(0, 1 * minute), hold(3, 7 * minute)),
      ],
      fires(
        name,
        4 * minute + 20,
        firing(studio1, "Why processes ended in the last 15 minutes: oom_kill unknown."),
      ),
    ),
    claim(
      "a workload that nobody expects is silent",
      [processes(studio1, hold(0, 5 * minute)), expected(studio1, 0)],
      silent(name, 4 * minute),
    ),
    claim(
      "a restart within two minutes is silent",
      [
        processes(studio1, hold(1, 2 * minute), hold(0, 90), hold(1, 10 * minute)),
        expected(studio1, 1),
      ],
      silent(name, 3 * minute + 20),
      silent(name, 5 * minute + 5),
    ),
    claim(
      "a workload that is no longer exported clears: MlxExporterDown speaks for it",
      [processes(studio1, hold(0, 6 * minute), "stale"), expected(studio1, 1)],
      fires(name, 5 * minute + 5, firing(studio1)),
      silent(name, 6 * minute + 20),
    ),
    claim(
      "two hosts with the same workload alert separately",
      [
        processes(studio1, hold(1, 5 * minute)),
        expected(studio1, 1),
        processes(studio2, hold(0, 5 * minute)),
        expected(studio2, 1),
      ],
      fires(name, 5 * minute + 5, firing(studio2)),
    ),
  ];
}

function processes(target: ScrapeTarget, ...stretches: readonly Stretch[]): InputSeries {
  return exported("workloadProcesses", target, { workload: "chat" }, ...stretches);
}

function expected(target: ScrapeTarget, value: 0 | 1): InputSeries {
  return exported("workloadExpected", target, { workload: "chat" }, hold(value, 14 * minute));
}

function exits(reason: string, ...stretches: readonly Stretch[]): InputSeries {
  return exported("workloadProcessExits", studio1, { workload: "chat", reason }, ...stretches);
}
