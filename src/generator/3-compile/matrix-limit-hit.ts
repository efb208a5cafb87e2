import type { AlertRule, FiringAlert, InputSeries, RuleTest, Stretch } from "../../model/plan.ts";
import {
  claim,
  climb,
  exported,
  fires,
  firesFrom,
  hold,
  minute,
  nothing,
  silent,
  soleRule,
  studio1,
  studio2,
} from "./matrix.ts";
import type { ScrapeTarget } from "./matrix.ts";

/** The claims that hold MlxLimitHit to its word. */
export function limitHitMatrix(rules: readonly AlertRule[]): readonly RuleTest[] {
  const rule = soleRule(rules);
  const name = rule.alert;
  const firing = (resource: string, event: string, facts: Facts): FiringAlert => ({
    rule,
    labels: { ...studio1, workload: "chat", resource, event },
    facts: {
      workload: "chat",
      instance: studio1.instance,
      resource,
      event,
      binding: "Which limit binds is not known.",
      ...facts,
    },
  });
  const high = "The kernel slows it down and takes memory back.";
  const max = "The kernel takes memory back, and kills it where it finds none.";
  const refused = "The kernel refuses it new threads and processes.";

  return [
    claim(
      "counters at rest are silent",
      [memory("max", hold(7, length)), memory("high", hold(3, length)), threads(hold(1, length))],
      silent(name, 30 * minute + 5),
    ),
    claim(
      "memory at its limit for more than ten minutes fires, and says what the kernel does",
      [
        memory("max", hold(0, 10 * minute), climb(0, 1 / 15, length)),
        exported(
          "workloadLimitBinding",
          studio1,
          { workload: "chat", resource: "memory", source: "cgroup", scope: "/chat.service" },
          hold(1, length),
        ),
      ],
      silent(name, 25 * minute + 50),
      fires(
        name,
        28 * minute + 5,
        firing("memory", "max", {
          effect: max,
          times: "20",
          binding: "The limit that binds is cgroup, scope /chat.service.",
        }),
      ),
    ),
    claim(
      "the limit that only slows down fires alike",
      [memory("high", hold(0, 10 * minute), climb(0, 1 / 15, length))],
      fires(name, 28 * minute + 5, firing("memory", "high", { effect: high, times: "20" })),
    ),
    claim(
      "nine minutes of file cache at the limit, as when a model is read, are silent",
      [
        memory("max", hold(0, 10 * minute), climb(0, 50, 9 * minute), hold(27_000, length)),
        memory("high", hold(0, 10 * minute), climb(0, 50, 9 * minute), hold(27_000, length)),
      ],
      ...[15, 20, 22, 25, 27, 30].map((minutes) => silent(name, minutes * minute + 5)),
    ),
    claim(
      "OOM kills are left to their own alert",
      [memory("oom", hold(0, 10 * minute), climb(0, 1 / 15, length))],
      silent(name, 30 * minute + 5),
    ),
    claim(
      "swap that cannot be used fires after the same time",
      [
        exported(
          "workloadSwapLimitEvents",
          studio1,
          { workload: "chat", event: "fail" },
          hold(0, 10 * minute),
          climb(0, 2 / 15, length),
        ),
      ],
      silent(name, 25 * minute + 50),
      fires(
        name,
        28 * minute + 5,
        firing("swap", "fail", { effect: "The kernel cannot swap its memory out.", times: "40" }),
      ),
    ),
    claim(
      "one refused thread fires after a minute, and is told of for a quarter of an hour",
      [threads(hold(0, 10 * minute), hold(1, length))],
      ...firesFrom(name, 11 * minute, firing("threads", "max", { effect: refused, times: "1" })),
      // The window ends one evaluation earlier in Prometheus 3.
      fires(name, 24 * minute + 35, firing("threads", "max", { effect: refused, times: "1" })),
      silent(name, 25 * minute + 5),
    ),
    claim(
      "an exporter that restarts and counts from 0 again is silent, and so is one that is away",
      [
        memory("max", hold(900, 10 * minute), hold(0, length)),
        threads(hold(9, 10 * minute), nothing(8 * minute), hold(9, 10 * minute), hold(0, length)),
      ],
      ...[12, 20, 23, 30].map((minutes) => silent(name, minutes * minute + 5)),
    ),
    claim(
      "a thread that is refused after an exporter's restart counts, although the counter fell before",
      [threads(hold(9, 10 * minute), hold(0, 1 * minute), hold(1, length))],
      fires(name, 12 * minute + 35, firing("threads", "max", { effect: refused, times: "1" })),
    ),
    claim(
      "a workload that ends clears after ten minutes, and other hosts are left alone",
      [memory("max", climb(0, 1 / 15, 19 * minute), "stale"), on(studio2, "max", hold(5, length))],
      fires(name, 18 * minute + 50, firing("memory", "max", { effect: max, times: "20" })),
      silent(name, 34 * minute + 50),
    ),
  ];
}

type Facts = Readonly<Record<string, string>>;
const length = 40 * minute;

function memory(event: string, ...stretches: readonly Stretch[]): InputSeries {
  return on(studio1, event, ...stretches);
}

function on(target: ScrapeTarget, event: string, ...stretches: readonly Stretch[]): InputSeries {
  return exported("workloadMemoryLimitEvents", target, { workload: "chat", event }, ...stretches);
}

function threads(...stretches: readonly Stretch[]): InputSeries {
  return exported("workloadThreadsLimitEvents", studio1, { workload: "chat" }, ...stretches);
}
