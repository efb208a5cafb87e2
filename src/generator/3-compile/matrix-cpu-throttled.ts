import type { AlertRule, FiringAlert, InputSeries, RuleTest, Stretch } from "../../model/plan.ts";
import {
  claim,
  climb,
  exported,
  firesFrom,
  firesUntil,
  hold,
  minute,
  silent,
  soleRule,
  studio1,
  studio2,
} from "./matrix.ts";
import type { ScrapeTarget } from "./matrix.ts";

/** The claims that hold MlxCpuThrottled to its word: ten periods in each second, and the share of them cut short. */
export function cpuThrottledMatrix(rules: readonly AlertRule[]): readonly RuleTest[] {
  const rule = soleRule(rules);
  const name = rule.alert;
  const firing = (target: ScrapeTarget, facts: Readonly<Record<string, string>>): FiringAlert => ({
    rule,
    labels: { ...target, workload: "chat" },
    facts: {
      workload: "chat",
      instance: target.instance,
      share: "30%",
      waits: "for an unknown time",
      binding: "Which limit binds is not known.",
      ...facts,
    },
  });

  return [
    claim(
      "more than a fifth of the periods, and no quarter, is silent, for however long",
      [periods(studio1), throttled(studio1, climb(0, 2.2, length))],
      silent(name, 50 * minute + 5),
    ),
    claim(
      "three tenths fire after fifteen minutes, and say how long tasks wait and under which quota",
      [
        periods(studio1),
        throttled(studio1, climb(0, 3, length)),
        exported(
          "workloadCpuThrottledSeconds",
          studio1,
          { workload: "chat" },
          climb(0, 1.5, length),
        ),
        exported(
          "workloadLimitBinding",
          studio1,
          { workload: "chat", resource: "cpu", source: "quota", scope: "/chat.service" },
          hold(1, length),
        ),
      ],
      ...firesFrom(
        name,
        15 * minute + 15,
        firing(studio1, {
          waits: "1.50 seconds in each second, summed over threads",
          binding: "The limit that binds is quota, scope /chat.service.",
        }),
      ),
    ),
    claim(
      "ten minutes at the quota, as when a model is loaded, are silent",
      [periods(studio1), throttled(studio1, climb(0, 9, 10 * minute), hold(5_400, length))],
      silent(name, 14 * minute + 50),
      silent(name, 20 * minute + 5),
    ),
    claim(
      "without a quota, and under one that nobody uses, it is silent",
      [
        periods(studio1, hold(0, length)),
        throttled(studio1, hold(0, length)),
        throttled(studio2, climb(0, 9, length)),
      ],
      silent(name, 30 * minute + 5),
    ),
    claim(
      "an exporter that restarts and counts from 0 again is silent",
      [
        periods(studio1, climb(90_000, 10, 10 * minute), climb(0, 10, 40 * minute)),
        throttled(studio1, hold(80_000, 10 * minute), hold(0, 40 * minute)),
      ],
      silent(name, 12 * minute + 5),
      silent(name, 28 * minute + 5),
    ),
    claim(
      "it clears fifteen minutes after it got better, and two hosts alert separately",
      [
        periods(studio1),
        throttled(studio1, climb(0, 1, length)),
        periods(studio2),
        throttled(studio2, climb(0, 2.6, 20 * minute), hold(2.6 * 20 * minute, length)),
      ],
      ...firesUntil(name, 35 * minute + 15, firing(studio2, { share: "26%" })),
    ),
  ];
}

const length = 55 * minute;

function periods(target: ScrapeTarget, ...stretches: readonly Stretch[]): InputSeries {
  const all = stretches.length === 0 ? [climb(0, 10, length)] : stretches;
  return exported("workloadCpuPeriods", target, { workload: "chat" }, ...all);
}

function throttled(target: ScrapeTarget, ...stretches: readonly Stretch[]): InputSeries {
  return exported("workloadCpuThrottledPeriods", target, { workload: "chat" }, ...stretches);
}
