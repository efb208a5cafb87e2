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

/** The claims that hold MlxStarvesHostCpu to its word, on a host of eight cores. */
export function starvesHostCpuMatrix(rules: readonly AlertRule[]): readonly RuleTest[] {
  const rule = soleRule(rules);
  const name = rule.alert;
  const firing = (facts: Readonly<Record<string, string>>, target = studio1): FiringAlert => ({
    rule,
    labels: target,
    facts: {
      instance: target.instance,
      share: "55%",
      largest: "Most is used by chat (2.8 cores), batch (1.6 cores).",
      waiting: "How long tasks wait for a CPU is not known.",
      ...facts,
    },
  });

  // One step more of the last is enough: how a window's first samples count, Prometheus 2 and 3 do not agree on.
  const rising = [
    ...host(studio1, 0.36),
    cpu(studio1, "chat", climb(0, 2.38, 10 * minute), climb(1_428, 2.8, 30 * minute)),
    cpu(studio1, "batch", climb(0, 1.6, length)),
  ];

  return [
    claim(
      "more than half of the CPUs and none idle waits fifteen minutes, then says who uses them",
      [...rising, waits(studio1, 0.11)],
      ...firesFrom(
        name,
        25 * minute + 15,
        firing({ waiting: "Tasks wait for a CPU in 11% of the time.", since: "15m 0s" }),
      ),
    ),
    claim(
      "where the kernel does not say who waits, as on macOS, it fires alike",
      rising,
      ...firesFrom(name, 25 * minute + 15, firing({ since: "15m 0s" })),
    ),
    claim(
      "a host on which a CPU is idle, or waits for a disk, is left alone",
      [
        ...host(studio1, 0.45),
        ...workloads(studio1, 2.8, 1.6),
        ...host(studio2, 0.1, 0.5),
        ...workloads(studio2, 4, 2),
      ],
      silent(name, 35 * minute + 5),
    ),
    claim(
      "a host on which others use the CPUs is left alone, and one on which nobody waits",
      [
        ...host(studio1, 0.36),
        ...workloads(studio1, 2, 1.8),
        ...host(studio2, 0.2),
        ...workloads(studio2, 4, 2),
        waits(studio2, 0.09),
      ],
      silent(name, 35 * minute + 5),
    ),
    claim(
      "a host that does not say how its CPUs fare is silent",
      workloads(studio1, 2.8, 1.6),
      silent(name, 35 * minute + 5),
    ),
    claim(
      "a model load of ten minutes is silent, and so are counters that start anew",
      [
        ...host(studio1, 0),
        cpu(studio1, "chat", climb(0, 8, 10 * minute), climb(4_800, 0.1, 30 * minute)),
        ...host(studio2, 0),
        cpu(studio2, "chat", climb(90_000, 1, 10 * minute), climb(0, 1, 30 * minute)),
      ],
      ...[10, 15, 20, 30].map((minutes) => silent(name, minutes * minute + 5)),
    ),
    claim(
      "a host that is gone clears after ten minutes, and two hosts alert separately",
      [
        ...host(studio1, 4),
        ...workloads(studio1, 3, 1),
        ...modes(studio2, 0.2),
        exported("hostCpuCores", studio2, {}, hold(8, 22 * minute), "stale"),
        cpu(studio2, "chat", climb(0, 6, 22 * minute), "stale"),
      ],
      ...firesUntil(
        name,
        32 * minute,
        firing(
          { share: "75%", since: "18m 15s", largest: "Most is used by chat (6.0 cores)." },
          studio2,
        ),
      ),
    ),
  ];
}

const length = 40 * minute;

function host(target: ScrapeTarget, idle: number, iowait = 0): readonly InputSeries[] {
  return [exported("hostCpuCores", target, {}, hold(8, length)), ...modes(target, idle, iowait)];
}

function modes(target: ScrapeTarget, idle: number, iowait = 0): readonly InputSeries[] {
  return Object.entries({ idle, iowait, user: 8 - idle - iowait }).map(([mode, cores]) =>
    exported("hostCpuSeconds", target, { mode }, climb(1_000, cores, length)),
  );
}

function workloads(target: ScrapeTarget, chat: number, batch: number): readonly InputSeries[] {
  return [
    cpu(target, "chat", climb(0, chat, length)),
    cpu(target, "batch", climb(0, batch, length)),
  ];
}

function cpu(
  target: ScrapeTarget,
  workload: string,
  ...stretches: readonly Stretch[]
): InputSeries {
  return exported("workloadCpuSeconds", target, { workload }, ...stretches);
}

/** The share of the time in which a task waits for a CPU. */
function waits(target: ScrapeTarget, share: number): InputSeries {
  const labels = { resource: "cpu", kind: "some" };
  return exported("hostPressureSeconds", target, labels, climb(0, share, length));
}
