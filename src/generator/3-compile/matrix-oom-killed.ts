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
  up,
} from "./matrix.ts";
import type { ScrapeTarget } from "./matrix.ts";

/** The claims that hold MlxOomKilled to its word. */
export function oomKilledMatrix(rules: readonly AlertRule[]): readonly RuleTest[] {
  const rule = soleRule(rules);
  const name = rule.alert;
  const unknown = "Which memory limit bound it is not known.";
  const firing = (target: ScrapeTarget, facts: Partial<Facts> = {}): FiringAlert => ({
    rule,
    labels: { ...target, workload: "chat" },
    facts: { workload: "chat", instance: target.instance, kills: "1", binding: unknown, ...facts },
  });

  return [
    claim(
      "a counter at rest is silent",
      [kills(studio1, hold(3, 6 * minute))],
      silent(name, 5 * minute + 5),
    ),
    claim(
      "a kill fires at the next evaluation and clears when it leaves the window",
      [kills(studio1, hold(0, 2 * minute), hold(1, 14 * minute))],
      silent(name, 1 * minute + 50),
      fires(name, 2 * minute + 5, firing(studio1)),
      fires(name, 11 * minute + 20, firing(studio1)),
      silent(name, 13 * minute + 5),
    ),
    claim(
      "the limit that bound the killed process is named after the process is gone",
      [
        kills(studio1, hold(0, 2 * minute), hold(2, 10 * minute)),
        exported(
          "workloadLimitBinding",
          studio1,
          { workload: "chat", resource: "memory", source: "cgroup", scope: "/docker/0a1b" },
          hold(1, 2 * minute),
          "stale",
        ),
      ],
      fires(
        name,
        4 * minute + 5,
        firing(studio1, {
          kills: "2",
          binding: "The memory limit that bound it was cgroup, scope /docker/0a1b.",
        }),
      ),
    ),
    claim(
      "an exporter that restarts and counts from 0 again is silent",
      [kills(studio1, hold(5, 2 * minute), hold(0, 10 * minute))],
      silent(name, 2 * minute + 5),
      silent(name, 5 * minute + 5),
    ),
    claim(
      "a kill after the restart of the exporter fires",
      [kills(studio1, hold(5, 2 * minute), hold(0, 2 * minute), hold(1, 10 * minute))],
      fires(name, 4 * minute + 5, firing(studio1)),
    ),
    claim(
      "a kill just before the exporter went away still fires, then clears",
      [kills(studio1, hold(0, 2 * minute), hold(1, 1 * minute), "stale")],
      fires(name, 5 * minute + 5, firing(studio1)),
      silent(name, 15 * minute + 5),
    ),
    claim(
      "a workload that is killed before it was ever scraped fires, and clears after ten minutes",
      [
        up(studio1, hold(1, 40 * minute)),
        kills(studio1, nothing(15 * minute), hold(1, 25 * minute)),
      ],
      silent(name, 14 * minute + 50),
      fires(name, 15 * minute + 5, firing(studio1)),
      fires(name, 24 * minute + 50, firing(studio1)),
      silent(name, 25 * minute + 20),
    ),
    claim(
      "kills from before an exporter was first scraped are silent",
      [
        up(studio1, nothing(15 * minute), hold(1, 25 * minute)),
        kills(studio1, nothing(15 * minute), hold(4, 25 * minute)),
      ],
      silent(name, 15 * minute + 5),
      silent(name, 24 * minute + 50),
      silent(name, 25 * minute + 20),
    ),
    claim(
      "two hosts with the same workload alert separately",
      [
        kills(studio1, hold(0, 8 * minute)),
        kills(studio2, hold(0, 2 * minute), hold(1, 8 * minute)),
      ],
      fires(name, 4 * minute + 5, firing(studio2)),
    ),
  ];
}

interface Facts {
  readonly kills: string;
  readonly binding: string;
}

function kills(target: ScrapeTarget, ...stretches: readonly Stretch[]): InputSeries {
  return exported("workloadOomKills", target, { workload: "chat" }, ...stretches);
}
