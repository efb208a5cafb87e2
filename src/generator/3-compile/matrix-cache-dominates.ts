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
  silent,
  soleRule,
  studio1,
  studio2,
} from "./matrix.ts";
import type { ScrapeTarget } from "./matrix.ts";

/** The claims that hold MlxCacheDominates to its word, on a host of 64 GiB of which 15 are available. */
export function cacheDominatesMatrix(rules: readonly AlertRule[]): readonly RuleTest[] {
  const rule = soleRule(rules);
  const name = rule.alert;
  const firing = (facts: Readonly<Record<string, string>>, target = studio1): FiringAlert => ({
    rule,
    labels: { ...target, workload: "chat" },
    facts: { workload: "chat", instance: target.instance, available: "15GiB", ...facts },
  });

  return [
    claim(
      "a cache smaller than what is in use, and than a quarter of the host, is silent",
      [...host(studio1), ...allocator(studio1, 16, hold(15 * gibibyte, length))],
      silent(name, 55 * minute + 5),
    ),
    claim(
      "a cache larger than what is in use waits half an hour, then says how large",
      [
        ...host(studio1),
        ...allocator(studio1, 6, hold(1 * gibibyte, 5 * minute), hold(7 * gibibyte, length)),
      ],
      ...firesFrom(name, 35 * minute, firing({ cache: "7GiB", active: "6GiB", since: "30m 0s" })),
    ),
    claim(
      "a quarter of the host fires, whatever is in use",
      [...host(studio1), ...allocator(studio1, 20, hold(17 * gibibyte, length))],
      fires(name, 30 * minute + 20, firing({ cache: "17GiB", active: "20GiB", since: "30m 15s" })),
    ),
    claim(
      "a small cache is silent even where less is in use",
      [...host(studio1), ...allocator(studio1, 1, hold(6 * gibibyte, length))],
      silent(name, 55 * minute + 5),
    ),
    claim(
      "a host with memory to spare is left alone, and one that does not say how much it has, too",
      [
        ...host(studio1, 17),
        ...allocator(studio1, 6, hold(30 * gibibyte, length)),
        ...allocator(studio2, 6, hold(30 * gibibyte, length)),
      ],
      silent(name, 55 * minute + 5),
    ),
    claim(
      "without a report of the allocator it is silent",
      host(studio1),
      silent(name, 55 * minute + 5),
    ),
    claim(
      "a gap of some minutes is bridged, and a process that ends while pending is silent",
      [
        ...host(studio1),
        ...allocator(
          studio1,
          6,
          hold(7 * gibibyte, 10 * minute),
          nothing(3 * minute),
          hold(7 * gibibyte, length),
        ),
        ...host(studio2),
        ...allocator(studio2, 6, hold(7 * gibibyte, 20 * minute), "stale"),
      ],
      fires(name, 32 * minute + 5, firing({ cache: "7GiB", active: "6GiB", since: "32m 0s" })),
    ),
    claim(
      "fifteen minutes with a smaller cache are waited for, and two hosts alert separately",
      [
        ...host(studio1),
        ...allocator(studio1, 6, hold(2 * gibibyte, length)),
        ...host(studio2),
        ...allocator(studio2, 6, hold(7 * gibibyte, 32 * minute), hold(gibibyte, length)),
      ],
      ...firesUntil(
        name,
        47 * minute,
        firing({ cache: "7GiB", active: "6GiB", since: "31m 45s" }, studio2),
      ),
    ),
  ];
}

const gibibyte = 1024 ** 3;
const length = 60 * minute;

function host(target: ScrapeTarget, available = 15): readonly InputSeries[] {
  return [
    exported("hostMemoryTotal", target, {}, hold(64 * gibibyte, length)),
    exported("hostMemoryAvailable", target, {}, hold(available * gibibyte, length)),
  ];
}

/** So many GiB in use, and the cache. */
function allocator(
  target: ScrapeTarget,
  active: number,
  ...stretches: readonly Stretch[]
): readonly InputSeries[] {
  const chat = { workload: "chat" };
  return [
    exported("workloadAllocatorActive", target, chat, hold(active * gibibyte, length)),
    exported("workloadAllocatorCache", target, chat, ...stretches),
  ];
}
