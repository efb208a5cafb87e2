import type { AlertRule, FiringAlert, InputSeries, RuleTest, Stretch } from "../../model/plan.ts";
import {
  claim,
  climb,
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

/** The claims that hold MlxAllocatorReportStale to its word. Their clock begins in 1970, and so do their reports. */
export function allocatorReportStaleMatrix(rules: readonly AlertRule[]): readonly RuleTest[] {
  const rule = soleRule(rules);
  const name = rule.alert;
  const firing = (target: ScrapeTarget, age: string): FiringAlert => ({
    rule,
    labels: { ...target, workload: "chat" },
    facts: { workload: "chat", instance: target.instance, age },
  });

  return [
    claim(
      "a process that reports is silent, though its clock is nine minutes slow",
      [
        reported(studio1, climb(-9 * minute, 1, 60 * minute)),
        processes(studio1, hold(1, 60 * minute)),
      ],
      silent(name, 50 * minute + 5),
    ),
    claim(
      "ten minutes without a report fire two minutes later, and clear with the next report",
      [
        reported(studio1, hold(0, 20 * minute), climb(20 * minute, 1, 20 * minute)),
        processes(studio1, hold(1, 60 * minute)),
      ],
      silent(name, 12 * minute + 5),
      fires(name, 12 * minute + 20, firing(studio1, "12m 15s")),
      fires(name, 19 * minute + 50, firing(studio1, "19m 45s")),
      silent(name, 20 * minute + 5),
    ),
    claim(
      "a workload that ended, or that never reported, is silent",
      [
        reported(studio1, hold(0, 8 * minute), "stale"),
        processes(studio1, hold(1, 8 * minute), hold(0, 50 * minute)),
        processes(studio2, hold(1, 60 * minute)),
      ],
      silent(name, 30 * minute + 5),
    ),
    claim(
      "what is left of a workload without a process is silent",
      [reported(studio1, hold(0, 60 * minute)), processes(studio1, hold(0, 60 * minute))],
      silent(name, 30 * minute + 5),
    ),
    claim(
      "a gap of scraping does not start it anew",
      [
        reported(studio1, hold(0, 11 * minute), nothing(2 * minute), hold(0, 10 * minute)),
        processes(studio1, hold(1, 60 * minute)),
      ],
      fires(name, 12 * minute + 20, firing(studio1, "12m 15s")),
    ),
    claim(
      "of two hosts the one that does not report is named",
      [
        reported(studio1, climb(0, 1, 60 * minute)),
        processes(studio1, hold(1, 60 * minute)),
        reported(studio2, hold(0, 60 * minute)),
        processes(studio2, hold(1, 60 * minute)),
      ],
      fires(name, 30 * minute + 5, firing(studio2, "30m 0s")),
    ),
  ];
}

function reported(target: ScrapeTarget, ...stretches: readonly Stretch[]): InputSeries {
  return exported("workloadAllocatorReportTime", target, { workload: "chat" }, ...stretches);
}

function processes(target: ScrapeTarget, ...stretches: readonly Stretch[]): InputSeries {
  return exported("workloadProcesses", target, { workload: "chat" }, ...stretches);
}
