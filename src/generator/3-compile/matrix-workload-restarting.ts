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

/** The claims that hold MlxWorkloadRestarting to its word. */
export function workloadRestartingMatrix(rules: readonly AlertRule[]): readonly RuleTest[] {
  const rule = soleRule(rules);
  const name = rule.alert;
  const firing = (target: ScrapeTarget, starts = "3", exits = unseen): FiringAlert => ({
    rule,
    labels: { ...target, workload: "chat" },
    facts: { workload: "chat", instance: target.instance, starts, exits },
  });
  /** A first start at the 20th minute, the others two minutes after one another; then quiet. */
  const starting = (times: number): readonly Stretch[] => [
    hold(0, 20 * minute),
    ...Array.from({ length: times - 1 }, (_, index) => hold(index + 1, 2 * minute)),
    hold(times, 60 * minute),
  ];

  return [
    claim(
      "a server that runs is silent, and so is one that was restarted twice",
      [
        starts(studio1, hold(4, 60 * minute)),
        processes(studio1, 1),
        expected(studio1, 1),
        starts(studio2, ...starting(2)),
        processes(studio2, 1),
        expected(studio2, 1),
      ],
      silent(name, 24 * minute + 5),
      silent(name, 30 * minute + 5),
    ),
    claim(
      "the third start fires a minute later, is held for a quarter of an hour after it left the window, then clears",
      [starts(studio1, ...starting(3)), processes(studio1, 1), expected(studio1, 1)],
      silent(name, 24 * minute + 50),
      fires(name, 25 * minute + 5, firing(studio1)),
      fires(name, 49 * minute + 5, firing(studio1)),
      silent(name, 52 * minute + 5),
    ),
    claim(
      "how processes ended is said",
      [
        starts(studio1, ...starting(4)),
        processes(studio1, 1),
        expected(studio1, 1),
        exported(
          "workloadProcessExits",
          studio1,
          { workload: "chat", reason: "unknown" },
          hold(0, 20 * minute),
          hold(4, 60 * minute),
        ),
      ],
      fires(name, 30 * minute + 5, firing(studio1, "4", "How they ended: unknown.")),
    ),
    claim(
      "four processes that were started nine times together are silent, and twelve times are not",
      [
        starts(studio1, hold(0, 20 * minute), hold(9, 60 * minute)),
        processes(studio1, 4),
        expected(studio1, 1),
        starts(studio2, hold(0, 20 * minute), hold(12, 60 * minute)),
        processes(studio2, 4),
        expected(studio2, 1),
      ],
      fires(name, 24 * minute + 5, firing(studio2, "12")),
    ),
    claim(
      "a workload without a process between its starts counts as one",
      [starts(studio1, ...starting(3)), processes(studio1, 0), expected(studio1, 1)],
      fires(name, 25 * minute + 5, firing(studio1)),
    ),
    claim(
      "a workload that is not expected any more is held for a quarter of an hour, then clears",
      [
        starts(studio1, ...starting(3)),
        processes(studio1, 1),
        exported("workloadExpected", studio1, chat, hold(1, 30 * minute), hold(0, 50 * minute)),
      ],
      fires(name, 44 * minute + 50, firing(studio1)),
      silent(name, 45 * minute + 5),
    ),
    claim(
      "starts are counted across a restart of the exporter",
      [
        starts(studio1, hold(9, 20 * minute), hold(0, 1 * minute), hold(3, 30 * minute)),
        processes(studio1, 1),
        expected(studio1, 1),
      ],
      fires(name, 24 * minute + 5, firing(studio1)),
    ),
    claim(
      "jobs that nobody expects are silent, however often they start",
      [starts(studio1, ...starting(9)), processes(studio1, 1), expected(studio1, 0)],
      silent(name, 36 * minute + 5),
    ),
    claim(
      "an exporter that counts from 0 again, or was away, is silent",
      [
        starts(studio1, hold(9, 20 * minute), hold(0, 20 * minute)),
        processes(studio1, 1),
        expected(studio1, 1),
        starts(studio2, hold(9, 20 * minute), "stale", hold(0, 20 * minute)),
        processes(studio2, 1),
        expected(studio2, 1),
      ],
      silent(name, 22 * minute + 5),
      silent(name, 30 * minute + 5),
    ),
  ];
}

const chat = { workload: "chat" };
const unseen = "None of them was seen to end.";

function starts(target: ScrapeTarget, ...stretches: readonly Stretch[]): InputSeries {
  return exported("workloadProcessStarts", target, chat, ...stretches);
}

function processes(target: ScrapeTarget, count: number): InputSeries {
  return exported("workloadProcesses", target, chat, hold(count, 80 * minute));
}

function expected(target: ScrapeTarget, value: 0 | 1): InputSeries {
  return exported("workloadExpected", target, chat, hold(value, 80 * minute));
}
