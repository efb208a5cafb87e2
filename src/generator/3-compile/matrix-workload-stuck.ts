import type { AlertRule, FiringAlert, InputSeries, RuleTest, Stretch } from "../../model/plan.ts";
import {
  claim,
  climb,
  exported,
  fires,
  hold,
  minute,
  nothing,
  ruleOf,
  silent,
  studio1,
  studio2,
} from "./matrix.ts";
import type { ScrapeTarget } from "./matrix.ts";

/** The claims that hold MlxWorkloadStuck to its word. */
export function workloadStuckMatrix(rules: readonly AlertRule[]): readonly RuleTest[] {
  const name = ruleOf(rules, "warning").alert;
  return [
    ...probeClaims(name, ruleOf(rules, "warning")),
    ...quietClaims(name, ruleOf(rules, "info")),
  ];
}

function probeClaims(name: string, rule: AlertRule): readonly RuleTest[] {
  const firing = (target: ScrapeTarget, since = "5m 0s"): FiringAlert => ({
    rule,
    labels: { ...target, workload: "chat" },
    facts: { workload: "chat", instance: target.instance, since, processes: "2" },
  });
  return [
    claim(
      "a workload that answers its probe is silent",
      [probe(studio1, hold(1, 30 * minute)), processes(studio1, 2)],
      silent(name, 20 * minute + 5),
    ),
    claim(
      "a probe that fails fires after five minutes, is held for five when it is answered, then clears",
      [
        probe(studio1, hold(1, 4 * minute), hold(0, 8 * minute), hold(1, 20 * minute)),
        processes(studio1, 2),
      ],
      silent(name, 8 * minute + 50),
      fires(name, 9 * minute + 5, firing(studio1)),
      fires(name, 16 * minute + 50, firing(studio1, "7m 45s")),
      silent(name, 17 * minute + 5),
    ),
    claim(
      "a model that loads for four minutes is silent",
      [probe(studio1, hold(0, 4 * minute), hold(1, 10 * minute)), processes(studio1, 2)],
      silent(name, 6 * minute + 5),
      silent(name, 12 * minute + 5),
    ),
    claim(
      "a workload without a process is MlxWorkloadDown's, and one whose probe is no longer told of is nobody's",
      [
        probe(studio1, hold(0, 20 * minute)),
        processes(studio1, 0),
        probe(studio2, hold(0, 4 * minute), "stale"),
        processes(studio2, 2),
      ],
      silent(name, 12 * minute + 5),
    ),
    claim(
      "a gap of scraping does not start it anew",
      [
        probe(studio1, hold(0, 2 * minute), nothing(2 * minute), hold(0, 10 * minute)),
        processes(studio1, 2),
      ],
      fires(name, 5 * minute + 5, firing(studio1)),
    ),
    claim(
      "two hosts with the same workload alert separately",
      [
        probe(studio1, hold(1, 20 * minute)),
        processes(studio1, 2),
        probe(studio2, hold(0, 20 * minute)),
        processes(studio2, 2),
      ],
      fires(name, 5 * minute + 5, firing(studio2)),
    ),
  ];
}

function quietClaims(name: string, rule: AlertRule): readonly RuleTest[] {
  const firing = (target: ScrapeTarget): FiringAlert => ({
    rule,
    labels: { ...target, workload: "chat" },
    facts: { workload: "chat", instance: target.instance, connections: "3" },
  });
  const cpu = (target: ScrapeTarget, cores: number) =>
    exported("workloadCpuSeconds", target, chat, climb(0, cores, 80 * minute));
  const gpu = (target: ScrapeTarget, share: number) =>
    exported("workloadGpuSeconds", target, chat, climb(0, share, 80 * minute));
  return [
    claim(
      "clients that wait for a quarter of an hour in which nothing moves are information",
      [
        connections(studio1, hold(0, 20 * minute), hold(3, 40 * minute), hold(0, 20 * minute)),
        cpu(studio1, 0.004),
      ],
      silent(name, 34 * minute + 20),
      fires(name, 35 * minute + 5, firing(studio1)),
      fires(name, 64 * minute + 50, firing(studio1)),
      silent(name, 65 * minute + 5),
    ),
    claim(
      "one that uses CPU works",
      [connections(studio1, hold(3, 60 * minute)), cpu(studio1, 0.006)],
      silent(name, 50 * minute + 5),
    ),
    claim(
      "one that uses the GPU works, where its own seconds are known and where only the host's share is",
      [
        connections(studio1, hold(3, 60 * minute)),
        cpu(studio1, 0),
        gpu(studio1, 0.006),
        connections(studio2, hold(3, 60 * minute)),
        cpu(studio2, 0),
        exported("hostGpuUtilization", studio2, { gpu: "GPU-1" }, hold(0.06, 60 * minute)),
      ],
      silent(name, 50 * minute + 5),
    ),
    claim(
      "an idle GPU is no work",
      [
        connections(studio1, hold(3, 60 * minute)),
        cpu(studio1, 0),
        gpu(studio1, 0.004),
        exported("hostGpuUtilization", studio1, { gpu: "GPU-1" }, hold(0.045, 60 * minute)),
      ],
      fires(name, 50 * minute + 5, firing(studio1)),
    ),
    claim(
      "a server without clients is idle, and one whose probe is answered is well",
      [
        connections(studio1, hold(0, 60 * minute)),
        cpu(studio1, 0),
        connections(studio2, hold(3, 60 * minute)),
        cpu(studio2, 0),
        probe(studio2, hold(1, 60 * minute)),
        processes(studio2, 2),
      ],
      silent(name, 50 * minute + 5),
    ),
    claim(
      "a probe that is given up leaves the suspicion",
      [
        connections(studio1, hold(3, 60 * minute)),
        cpu(studio1, 0),
        probe(studio1, hold(1, 40 * minute), "stale"),
      ],
      silent(name, 44 * minute + 50),
      fires(name, 45 * minute + 5, firing(studio1)),
    ),
    claim(
      "where connections are not counted it is silent",
      [cpu(studio1, 0), processes(studio1, 2)],
      silent(name, 50 * minute + 5),
    ),
  ];
}

const chat = { workload: "chat" };

function probe(target: ScrapeTarget, ...stretches: readonly Stretch[]): InputSeries {
  return exported("workloadProbeSuccess", target, chat, ...stretches);
}

function processes(target: ScrapeTarget, count: number): InputSeries {
  return exported("workloadProcesses", target, chat, hold(count, 60 * minute));
}

function connections(target: ScrapeTarget, ...stretches: readonly Stretch[]): InputSeries {
  return exported("workloadConnections", target, chat, ...stretches);
}
