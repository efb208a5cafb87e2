import { constants } from "../../catalog/alerts.ts";
import type { AlertRule, FiringAlert, InputSeries, RuleTest, Stretch } from "../../model/plan.ts";
import {
  claim,
  exported,
  fires,
  hold,
  input,
  minute,
  ruleOf,
  silent,
  studio1,
  studio2,
} from "./matrix.ts";
import type { ScrapeTarget } from "./matrix.ts";

/** The claims that hold MlxLimitMissing to its word. */
export function limitMissingMatrix(rules: readonly AlertRule[]): readonly RuleTest[] {
  const warning = ruleOf(rules, "warning");
  const info = ruleOf(rules, "info");
  const name = warning.alert;
  const firing = (rule: AlertRule, target: ScrapeTarget): FiringAlert => ({
    rule,
    labels: { ...target, workload: "chat", resource: "memory" },
    facts: {
      workload: "chat",
      instance: target.instance,
      used: "8GiB",
      peak:
        rule === warning
          ? "Its recorded peak is 9GiB, and a limit belongs above that."
          : "It has no recorded baseline to take a limit from.",
    },
  });

  return [
    claim(
      "a limited workload is silent",
      [limited(studio1, hold(1, 40 * minute)), used(studio1), peak({})],
      silent(name, 35 * minute + 5),
    ),
    claim(
      "a workload without a limit is information after a quarter of an hour, and clears as late",
      [
        limited(studio1, hold(1, 2 * minute), hold(0, 20 * minute), hold(1, 30 * minute)),
        used(studio1),
      ],
      silent(name, 16 * minute + 50),
      fires(name, 17 * minute + 5, firing(info, studio1)),
      fires(name, 36 * minute + 50, firing(info, studio1)),
      silent(name, 37 * minute + 5),
    ),
    claim(
      "with a baseline it is a warning, and clears a quarter of an hour after it was mended",
      [limited(studio1, hold(0, 20 * minute), hold(1, 40 * minute)), used(studio1), peak({})],
      silent(name, 14 * minute + 50),
      fires(name, 15 * minute + 5, firing(warning, studio1)),
      fires(name, 34 * minute + 50, firing(warning, studio1)),
      silent(name, 35 * minute + 5),
    ),
    claim(
      "a restart keeps it firing",
      [
        limited(studio1, hold(0, 18 * minute), "stale", hold(0, 30 * minute)),
        used(studio1),
        peak({}),
      ],
      fires(name, 19 * minute + 50, firing(warning, studio1)),
      fires(name, 45 * minute + 5, firing(warning, studio1)),
    ),
    claim(
      "a workload of which it is not known is silent",
      [used(studio1), peak({})],
      silent(name, 35 * minute + 5),
    ),
    claim(
      "a Mac, where no such limit exists, is silent, and hides no Linux host",
      [
        limited(studio1, hold(0, 40 * minute)),
        exported("hostMemoryWired", studio1, {}, hold(7e9, 40 * minute)),
        limited(studio2, hold(0, 40 * minute)),
        used(studio2),
        peak({}),
      ],
      fires(name, 35 * minute + 5, firing(warning, studio2)),
    ),
    claim(
      "other resources are others' business",
      [
        exported(
          "workloadLimited",
          studio1,
          { workload: "chat", resource: "cpu" },
          hold(0, 40 * minute),
        ),
        peak({}),
      ],
      silent(name, 35 * minute + 5),
    ),
    claim(
      "a constant that exists twice breaks nothing",
      [limited(studio1, hold(0, 40 * minute)), used(studio1), peak({}), peak({ copy: "2" })],
      fires(name, 35 * minute + 5, firing(warning, studio1)),
    ),
  ];
}

const chat = { workload: "chat" };

function limited(target: ScrapeTarget, ...stretches: readonly Stretch[]): InputSeries {
  return exported("workloadLimited", target, { ...chat, resource: "memory" }, ...stretches);
}

function used(target: ScrapeTarget): InputSeries {
  return exported("workloadMemoryUsedMax", target, chat, hold(8 * 2 ** 30, 60 * minute));
}

function peak(more: Readonly<Record<string, string>>): InputSeries {
  const labels = { ...chat, resource: "memory", ...more };
  return input(constants.baselinePeak, labels, hold(9 * 2 ** 30, 60 * minute));
}
