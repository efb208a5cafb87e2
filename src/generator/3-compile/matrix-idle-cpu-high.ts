import type { AlertRule, FiringAlert, InputSeries, RuleTest, Stretch } from "../../model/plan.ts";
import {
  claim,
  climb,
  exported,
  fires,
  hold,
  hour,
  minute,
  nothing,
  silent,
  soleRule,
  studio1,
  studio2,
} from "./matrix.ts";
import type { ScrapeTarget } from "./matrix.ts";

/** The claims that hold MlxIdleCpuHigh to its word. Half a core's rate lies over the window before it is all seen. */
export function idleCpuHighMatrix(rules: readonly AlertRule[]): readonly RuleTest[] {
  const rule = soleRule(rules);
  const name = rule.alert;
  const firing = (target: ScrapeTarget, cores = "1.00"): FiringAlert => ({
    rule,
    labels: { ...target, workload: "chat" },
    facts: { workload: "chat", instance: target.instance, cores },
  });

  return [
    claim(
      "an idle server that uses little is silent",
      [cpu(studio1, 0.45), connections(studio1, hold(0, 60 * minute))],
      silent(name, 50 * minute + 5),
    ),
    claim(
      "one that uses a core fires after a quarter of an hour without clients, is held as long, then clears",
      [
        cpu(studio1, 1),
        connections(studio1, hold(1, 10 * minute), hold(0, 25 * minute), hold(1, 30 * minute)),
      ],
      silent(name, 29 * minute + 20),
      fires(name, 30 * minute + 5, firing(studio1)),
      fires(name, 49 * minute + 50, firing(studio1)),
      silent(name, 50 * minute + 5),
    ),
    claim(
      "just more than half a core is enough",
      [cpu(studio1, 0.55), connections(studio1, hold(0, 60 * minute))],
      fires(name, 30 * minute + 5, firing(studio1, "0.55")),
    ),
    claim(
      "a server with clients may use what it wants, though they come and go",
      [
        cpu(studio1, 6),
        connections(
          studio1,
          ...Array.from({ length: 15 }, () => [hold(0, 3 * minute), hold(1, 1 * minute)]).flat(),
        ),
      ],
      silent(name, 50 * minute + 5),
    ),
    claim(
      "ranks of a distributed run wait at full speed, and are silent while they are ranks",
      [
        cpu(studio1, 1),
        connections(studio1, hold(0, 60 * minute)),
        exported("workloadRanks", studio1, chat, hold(1, 40 * minute), "stale"),
      ],
      silent(name, 54 * minute + 50),
      fires(name, 55 * minute + 5, firing(studio1)),
    ),
    claim(
      "where connections are not counted it is silent",
      [cpu(studio1, 1)],
      silent(name, 50 * minute + 5),
    ),
    claim(
      "an exporter that counts from 0 again does not start it anew",
      [
        exported("workloadCpuSeconds", studio1, chat, climb(0, 1, 10 * minute), climb(0, 1, hour)),
        connections(studio1, hold(0, 60 * minute)),
      ],
      fires(name, 20 * minute + 5, firing(studio1)),
    ),
    claim(
      "a gap of scraping does not start it anew",
      [
        cpu(studio1, 1),
        connections(studio1, hold(0, 10 * minute), nothing(2 * minute), hold(0, 30 * minute)),
      ],
      fires(name, 20 * minute + 5, firing(studio1)),
    ),
    claim(
      "of two hosts the one that burns is named",
      [
        cpu(studio1, 0),
        connections(studio1, hold(0, 60 * minute)),
        cpu(studio2, 1),
        connections(studio2, hold(0, 60 * minute)),
      ],
      fires(name, 50 * minute + 5, firing(studio2)),
    ),
  ];
}

const chat = { workload: "chat" };

function cpu(target: ScrapeTarget, cores: number): InputSeries {
  return exported("workloadCpuSeconds", target, chat, climb(0, cores, 60 * minute));
}

function connections(target: ScrapeTarget, ...stretches: readonly Stretch[]): InputSeries {
  return exported("workloadConnections", target, chat, ...stretches);
}
