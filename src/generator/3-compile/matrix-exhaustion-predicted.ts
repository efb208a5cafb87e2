import type { MetricKey } from "../../catalog/metrics.ts";
import type { AlertRule, FiringAlert, InputSeries, RuleTest, Stretch } from "../../model/plan.ts";
import {
  claim,
  climb,
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

/** The claims that hold MlxExhaustionPredicted to its word: a limit of 64 GB, and memory that is left under it. */
export function exhaustionPredictedMatrix(rules: readonly AlertRule[]): readonly RuleTest[] {
  const rule = soleRule(rules);
  const name = rule.alert;
  const firing = (facts: Facts, target: ScrapeTarget = studio1): FiringAlert => ({
    rule,
    labels: { ...target, workload: "chat", resource: facts.resource ?? "memory" },
    facts: {
      workload: "chat",
      instance: target.instance,
      resource: "memory",
      binding: "Which limit binds is not known.",
      ...facts,
    },
  });
  const silentUntil = (minutes: number) =>
    Array.from({ length: minutes / 10 }, (_, index) => silent(name, (index + 1) * 10 * minute + 5));

  return [
    claim(
      "a leak fires after forty minutes of growth and ten more, and says how long is left",
      [
        ...memory(leak(24.001, 0.12)),
        exported(
          "workloadLimitBinding",
          studio1,
          { workload: "chat", resource: "memory", source: "cgroup", scope: "/chat.service" },
          hold(1, length),
        ),
      ],
      ...firesFrom(
        name,
        50 * minute,
        firing({
          remaining: "2h 30m 0s",
          left: "16.76GiB",
          binding: "The limit that binds is cgroup, scope /chat.service.",
        }),
      ),
    ),
    claim(
      "a leak of GPU memory fires alike",
      [
        ...figures(
          "workloadGpuMemoryHeadroom",
          "workloadGpuMemoryLimit",
          studio1,
          leak(24.001, 0.12),
        ),
        starts(studio1, hold(3, length)),
      ],
      fires(
        name,
        50 * minute + 20,
        firing({ resource: "gpu_memory", remaining: "2h 29m 45s", left: "16.74GiB" }),
      ),
    ),
    claim(
      "a model load from 2 to 20 GB is silent",
      memory(hold(62 * giga, 30 * minute), hold(44 * giga, length)),
      ...silentUntil(100),
    ),
    claim(
      "a model load from 2 to 50 GB is silent",
      memory(hold(62 * giga, 30 * minute), hold(14 * giga, length)),
      ...silentUntil(100),
    ),
    claim(
      "a cache that fills for forty minutes and is emptied, again and again, is silent",
      memory(...[1, 2, 3].map(() => climb(24 * giga, -0.1 * perMinute, 40 * minute))),
      ...silentUntil(130),
    ),
    ...(["memory", "gpu_memory"] as const).flatMap((resource) =>
      thresholdsOf(resource, firing, name),
    ),
    claim(
      "growth after a restart is silent for an hour, and so is what restarts all the time",
      [
        ...figures("workloadMemoryHeadroom", "workloadMemoryLimit", studio1, leak(24.001, 0.1)),
        starts(studio1, hold(3, 20 * minute), hold(4, 25 * minute), hold(5, length)),
      ],
      silent(name, 104 * minute + 50),
      fires(name, 116 * minute + 5, firing({ remaining: "2h 4m 0s", left: "11.55GiB" })),
    ),
    claim(
      "a workload that ends while pending is silent",
      [
        ...figures(
          "workloadMemoryHeadroom",
          "workloadMemoryLimit",
          studio1,
          leak(24, 0.12, 45 * minute),
          "stale",
        ),
        starts(studio1, hold(3, length)),
      ],
      ...silentUntil(70),
    ),
    claim(
      "a gap of some minutes is bridged",
      memory(
        leak(24.001, 0.12, 25 * minute),
        nothing(3 * minute),
        leak(24.001 - 28 * 0.12, 0.12, 80 * minute),
      ),
      fires(name, 50 * minute + 20, firing({ remaining: "2h 29m 45s", left: "16.74GiB" })),
    ),
    claim(
      "ten minutes without growth are waited for before it clears, and two hosts stay apart",
      [
        ...memory(hold(10 * giga, length)),
        ...memoryOn(studio2, leak(24.001, 0.12, 55 * minute), hold(60 * giga, length)),
      ],
      ...firesUntil(
        name,
        65 * minute,
        firing({ remaining: "2h 25m 15s", left: "16.23GiB" }, studio2),
      ),
    ),
  ];
}

/** What each number is, for either kind of memory. All times lie where 30 minutes of growth were even. */
function thresholdsOf(
  resource: "memory" | "gpu_memory",
  firing: (facts: Facts) => FiringAlert,
  name: string,
): readonly RuleTest[] {
  const on = (target: ScrapeTarget, ...stretches: readonly Stretch[]) => [
    ...(resource === "memory"
      ? figures("workloadMemoryHeadroom", "workloadMemoryLimit", target, ...stretches)
      : figures("workloadGpuMemoryHeadroom", "workloadGpuMemoryLimit", target, ...stretches)),
    starts(target, hold(3, length)),
  ];
  return [
    claim(
      `a slow leak of ${resource} is silent while four hours are left, and fires then`,
      on(studio1, leak(18, 0.06)),
      silent(name, 69 * minute + 50),
      fires(name, 80 * minute + 5, firing({ resource, remaining: "3h 40m 0s", left: "12.29GiB" })),
    ),
    claim(
      `a leak of ${resource} with more than 40 % left is silent, however steep, and fires then`,
      on(studio1, leak(34.02, 0.2)),
      ...firesFrom(
        name,
        52 * minute + 15,
        firing({ resource, remaining: "1h 57m 51s", left: "21.95GiB" }),
      ),
    ),
    claim(
      `growth of ${resource} that slows to a little less than 0.2 % of the limit in twenty minutes is silent`,
      [
        ...on(studio1, leak(1.4, 0.02, 20 * minute), leak(1, 0.0068)),
        ...on(studio2, leak(1.4, 0.02, 20 * minute), leak(1, 0.0061)),
      ],
      fires(name, 52 * minute + 5, firing({ resource, remaining: "1h 55m 3s", left: "746.2MiB" })),
    ),
    claim(
      `growth of ${resource} fires ten minutes after twenty older ones had more than 0.2 % of the limit`,
      on(studio1, hold(giga, 30 * minute), leak(1, 0.02, 45 * minute)),
      ...firesFrom(
        name,
        66 * minute + 30,
        firing({ resource, remaining: "13m 30s", left: "257.5MiB" }),
      ),
    ),
  ];
}

type Facts = { readonly resource?: string } & Readonly<Record<string, string>>;
const giga = 1e9;
const perMinute = giga / 60;
const length = 170 * minute;

/** Headroom that starts at so many GB and shrinks by so many a minute. */
function leak(from: number, eachMinute: number, seconds = 130 * minute): Stretch {
  return climb(Math.round(from * giga), -Math.round(eachMinute * perMinute), seconds);
}

function figures(
  headroom: Extract<MetricKey, "workloadMemoryHeadroom" | "workloadGpuMemoryHeadroom">,
  limit: Extract<MetricKey, "workloadMemoryLimit" | "workloadGpuMemoryLimit">,
  target: ScrapeTarget,
  ...stretches: readonly Stretch[]
): readonly InputSeries[] {
  return [
    exported(headroom, target, { workload: "chat" }, ...stretches),
    exported(limit, target, { workload: "chat" }, hold(64 * giga, length)),
  ];
}

function starts(target: ScrapeTarget, ...stretches: readonly Stretch[]): InputSeries {
  return exported("workloadProcessStarts", target, { workload: "chat" }, ...stretches);
}

/** Memory that is left, of a process that has run for long. */
function memory(...stretches: readonly Stretch[]): readonly InputSeries[] {
  return memoryOn(studio1, ...stretches);
}

function memoryOn(target: ScrapeTarget, ...stretches: readonly Stretch[]): readonly InputSeries[] {
  const chat = { workload: "chat" };
  return [
    exported("workloadMemoryHeadroom", target, chat, ...stretches),
    exported("workloadMemoryLimit", target, chat, hold(64 * giga, length)),
    exported("workloadProcessStarts", target, chat, hold(3, length)),
  ];
}
