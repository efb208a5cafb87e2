import { constants } from "../../catalog/alerts.ts";
import type { AlertRule, FiringAlert, InputSeries, RuleTest, Stretch } from "../../model/plan.ts";
import {
  claim,
  climb,
  exported,
  fires,
  firesFrom,
  firesUntil,
  hold,
  input,
  minute,
  nothing,
  ruleOf,
  silent,
  studio1,
  studio2,
} from "./matrix.ts";
import type { ScrapeTarget } from "./matrix.ts";

/** The claims that hold MlxUsageAboveBaseline to its word: a baseline of 20 GiB, 8 GiB on the GPU, and 2 cores. */
export function usageAboveBaselineMatrix(rules: readonly AlertRule[]): readonly RuleTest[] {
  const warning = ruleOf(rules, "warning");
  const info = ruleOf(rules, "info");
  const name = warning.alert;
  const onMemory = (since: string, more: Facts = {}): FiringAlert =>
    firing(warning, "memory", { used: "21GiB", allowed: "20GiB", since, ...more });
  const onCpu = (since: string, used = "2.20 cores"): FiringAlert =>
    firing(info, "cpu", { used, allowed: "2.00 cores", since });

  return [
    claim(
      "usage up to the threshold is silent",
      [...baseline, memory(hold(20 * gibibyte, 40 * minute)), ...cpu(2, 1)],
      silent(name, 30 * minute + 5),
    ),
    claim(
      "memory above the threshold waits ten minutes, then says how much, what it may and what binds",
      [
        ...baseline,
        memory(hold(19 * gibibyte, 5 * minute), hold(21 * gibibyte, 20 * minute)),
        exported(
          "workloadLimitBinding",
          studio1,
          { workload: "chat", resource: "memory", source: "host", scope: "host" },
          hold(1, 25 * minute),
        ),
      ],
      ...firesFrom(
        name,
        15 * minute,
        onMemory("10m 0s", { binding: "The limit that binds is host, scope host." }),
      ),
    ),
    claim(
      "GPU memory is judged by a threshold of its own",
      [
        ...baseline,
        exported(
          "workloadGpuMemoryMax",
          studio1,
          { workload: "chat" },
          hold(9 * gibibyte, 20 * minute),
        ),
      ],
      silent(name, 9 * minute + 50),
      fires(
        name,
        10 * minute + 20,
        firing(warning, "gpu_memory", { used: "9GiB", allowed: "8GiB", since: "10m 15s" }),
      ),
    ),
    claim(
      "CPU waits fifteen minutes and tells nobody",
      [
        ...baseline,
        exported("workloadProcesses", studio1, { workload: "chat" }, hold(1, 40 * minute)),
        exported(
          "workloadCpuSeconds",
          studio1,
          { workload: "chat" },
          climb(0, 1.9, 10 * minute),
          climb(1.9 * 10 * minute, 8, 30 * minute),
        ),
      ],
      ...firesFrom(name, 25 * minute + 15, onCpu("15m 0s", "8.00 cores")),
    ),
    claim(
      "it is told of for fifteen minutes after CPU got better",
      [
        ...baseline,
        exported("workloadProcesses", studio1, { workload: "chat" }, hold(1, 40 * minute)),
        exported(
          "workloadCpuSeconds",
          studio1,
          { workload: "chat" },
          climb(9_000, 2.05, 22 * minute),
          hold(9_000 + 2.05 * 22 * minute, 18 * minute),
        ),
      ],
      ...firesUntil(name, 37 * minute + 15, onCpu("17m 15s", "2.05 cores")),
    ),
    claim(
      "CPU is judged by process: two that use as much together are silent, and so is none",
      [
        ...baseline,
        ...cpu(3.9, 2),
        exported("workloadProcesses", studio2, { workload: "chat" }, hold(0, 40 * minute)),
        exported("workloadCpuSeconds", studio2, { workload: "chat" }, climb(0, 9, 40 * minute)),
      ],
      silent(name, 30 * minute + 5),
    ),
    claim(
      "a burst of CPU, such as a model load, is silent",
      [
        ...baseline,
        exported("workloadProcesses", studio1, { workload: "chat" }, hold(1, 40 * minute)),
        exported(
          "workloadCpuSeconds",
          studio1,
          { workload: "chat" },
          climb(0, 8, 9 * minute),
          climb(8 * 9 * minute, 0.5, 30 * minute),
        ),
      ],
      silent(name, 14 * minute + 5),
      silent(name, 20 * minute + 5),
    ),
    claim(
      "counters that start anew with the exporter are silent",
      [
        ...baseline,
        exported("workloadProcesses", studio1, { workload: "chat" }, hold(1, 40 * minute)),
        exported(
          "workloadCpuSeconds",
          studio1,
          { workload: "chat" },
          climb(90_000, 1, 10 * minute),
          climb(0, 1, 30 * minute),
        ),
      ],
      silent(name, 20 * minute + 5),
      silent(name, 30 * minute + 5),
    ),
    claim(
      "fifteen minutes of recovery are waited for, and a workload that ends clears too",
      [...baseline, memory(hold(21 * gibibyte, 12 * minute), "stale")],
      ...firesUntil(name, 27 * minute, onMemory("11m 45s")),
    ),
    claim(
      "a gap of some minutes is bridged",
      [
        ...baseline,
        memory(
          hold(21 * gibibyte, 6 * minute),
          nothing(3 * minute),
          hold(21 * gibibyte, 6 * minute),
        ),
      ],
      fires(name, 10 * minute + 20, onMemory("10m 15s")),
    ),
    claim(
      "a workload without a baseline is silent, whatever it uses",
      [memory(hold(900 * gibibyte, 40 * minute)), ...cpu(64, 1)],
      silent(name, 30 * minute + 5),
    ),
    claim(
      "a baseline that exists twice does not break the join, and two hosts alert separately",
      [
        ...baseline,
        ...constantsOf({ ruler: "b" }),
        memory(hold(3 * gibibyte, 20 * minute)),
        exported(
          "workloadMemoryUsedMax",
          studio2,
          { workload: "chat" },
          hold(21 * gibibyte, 20 * minute),
        ),
      ],
      fires(name, 12 * minute + 5, {
        ...onMemory("12m 0s", { instance: studio2.instance }),
        labels: { ...studio2, workload: "chat", resource: "memory" },
      }),
    ),
  ];
}

type Facts = Readonly<Record<string, string>>;
const gibibyte = 1024 ** 3;

function constantsOf(more: Facts = {}): readonly InputSeries[] {
  return Object.entries({ memory: 20 * gibibyte, gpu_memory: 8 * gibibyte, cpu: 2 }).map(
    ([resource, value]) =>
      input(
        constants.usageThreshold,
        { workload: "chat", resource, ...more },
        hold(value, 40 * minute),
      ),
  );
}
const baseline = constantsOf();

function memory(...stretches: readonly Stretch[]): InputSeries {
  return exported("workloadMemoryUsedMax", studio1, { workload: "chat" }, ...stretches);
}

/** So many processes that use this many cores together. */
function cpu(cores: number, processes: number, target: ScrapeTarget = studio1): InputSeries[] {
  return [
    exported("workloadProcesses", target, { workload: "chat" }, hold(processes, 40 * minute)),
    exported("workloadCpuSeconds", target, { workload: "chat" }, climb(0, cores, 40 * minute)),
  ];
}

function firing(rule: AlertRule, resource: string, facts: Facts): FiringAlert {
  return {
    rule,
    labels: { ...studio1, workload: "chat", resource },
    facts: {
      workload: "chat",
      instance: studio1.instance,
      resource,
      binding: "Which limit binds is not known.",
      ...facts,
    },
  };
}
