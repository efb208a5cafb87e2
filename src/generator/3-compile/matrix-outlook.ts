import { constants } from "../../catalog/alerts.ts";
import { outlookNames } from "../../catalog/history.ts";
import type { InputSeries, RuleTest, SampleExpectation, Stretch } from "../../model/plan.ts";
import {
  climb,
  day,
  exported,
  hold,
  hour,
  input,
  minute,
  nothing,
  studio1,
  studio2,
} from "./matrix.ts";
import type { ScrapeTarget } from "./matrix.ts";
import { series } from "./promql.ts";

/** The claims about what the history leads to. Days are rounded: a slope is a sum of thousands of products. */
export function outlookMatrix(): readonly RuleTest[] {
  return [
    claim(
      "memory that grows by 2 GiB a day lasts as many days as what is left has pairs of GiB, and less each day",
      memory(
        studio1,
        [climb(20 * gibibyte, 2 * daily, 6 * day)],
        [climb(30 * gibibyte, -2 * daily, 6 * day)],
      ),
      // Of 30 GiB 22 are left on the fourth day, 20 on the fifth.
      days("memory", 4 * day, 11),
      days("memory", 5 * day, 10),
    ),
    claim(
      "GPU memory is judged alike, and another host for itself",
      [
        exported("workloadGpuMemory", studio2, { workload }, climb(0, gibibyte / day, 5 * day)),
        exported(
          "workloadGpuMemoryHeadroom",
          studio2,
          { workload },
          climb(24 * gibibyte, -daily, 5 * day),
        ),
        ...memory(studio1, [hold(gibibyte, 5 * day)], [hold(gibibyte, 5 * day)]),
      ],
      days("gpu_memory", 4 * day, 20, studio2),
    ),
    claim(
      "open descriptors and threads follow the ratio that is left, and CPU, which ends nothing, has no days",
      ["open_fds", "threads", "cpu", "memory"].map((resource) =>
        exported(
          "workloadHeadroomRatio",
          studio1,
          { workload, resource },
          climb(0.9, -0.1 / day, 5 * day),
        ),
      ),
      days("open_fds", 4 * day, 5),
      days("threads", 4 * day, 5),
      none("cpu", 4 * day),
      none("memory", 4 * day),
    ),
    claim(
      "peaks that stay the same or fall have no days",
      [
        ...memory(studio1, [hold(20 * gibibyte, 5 * day)], [hold(gibibyte, 5 * day)]),
        ...memory(
          studio2,
          [climb(20 * gibibyte, -daily, 5 * day)],
          [climb(gibibyte, daily, 5 * day)],
        ),
        exported(
          "workloadHeadroomRatio",
          studio1,
          { workload, resource: "threads" },
          climb(0.1, 0.01 / day, 5 * day),
        ),
      ],
      noDays(4 * day),
    ),
    claim(
      "a model that was loaded two days ago is a step and no trend",
      memory(
        studio1,
        [hold(gibibyte, 3 * day), hold(20 * gibibyte, 3 * day)],
        [hold(gibibyte, 6 * day)],
      ),
      noDays(5 * day),
    ),
    claim(
      "what has run for less than a day, and what has not run for a day, has no trend",
      [
        ...memory(
          studio1,
          [climb(gibibyte, 10 * daily, 20 * hour)],
          [hold(9 * gibibyte, 20 * hour)],
        ),
        ...memory(
          studio2,
          [nothing(2 * day), climb(gibibyte, daily, 2 * hour)],
          [hold(gibibyte, 3 * day)],
        ),
      ],
      noDays(19 * hour),
      noDays(2 * day + hour),
    ),
    claim(
      "the hours of a day are no trend",
      memory(
        studio1,
        [0, 1, 2, 3, 4].flatMap(() => [
          hold(10 * gibibyte, 8 * hour),
          hold(30 * gibibyte, 8 * hour),
          hold(10 * gibibyte, 8 * hour),
        ]),
        [hold(gibibyte, 5 * day)],
      ),
      noDays(4 * day + 4 * hour),
      noDays(4 * day + 12 * hour),
    ),
    claim(
      "a slope so flat that it takes more than a year is none",
      memory(studio1, [climb(20 * gibibyte, daily / 100, 5 * day)], [hold(4 * gibibyte, 5 * day)]),
      noDays(4 * day),
    ),
    claim(
      "under a limit that is passed already no day is left",
      memory(studio1, [climb(20 * gibibyte, daily, 5 * day)], [hold(-gibibyte, 5 * day)]),
      days("memory", 4 * day, 0),
    ),
    claim(
      "a restart of the exporter, which is silent for an hour, is no step",
      memory(
        studio1,
        [
          climb(20 * gibibyte, daily, 2.5 * day),
          nothing(hour),
          climb(22.5 * gibibyte + hour * daily, daily, 2 * day),
        ],
        [climb(30 * gibibyte, -daily, 6 * day)],
      ),
      days("memory", 4 * day, 26),
    ),
    claim(
      "without the headroom nobody knows how long it lasts",
      [exported("workloadMemoryUsed", studio1, { workload }, climb(gibibyte, daily, 5 * day))],
      noDays(4 * day),
    ),
    claim(
      "as many processes fit as the recorded peak goes into what the host has available, whether it runs there or not",
      [
        ...host(studio1, 33),
        ...host(studio2, 7.9),
        peak("memory", 8),
        peak("memory", 8, { ruler: "b" }),
        runs(studio1, 1),
        runs(studio2, 0),
      ],
      fits("memory", 4, studio1),
      fits("memory", 0, studio2),
    ),
    claim(
      "GPU memory fits on the GPU that has most left, and a GPU that is cut into instances is none",
      [
        ...gpu("GPU-whole", 24, 4),
        ...gpu("GPU-other", 24, 20),
        ...gpu("GPU-cut", 80, 10),
        ...gpu("MIG-1", 40, 25, "GPU-cut"),
        peak("gpu_memory", 6),
        runs(studio1, 1),
      ],
      fits("gpu_memory", 3, studio1),
    ),
    claim(
      "nothing is said of a workload without a profile, of a host that does not say what it has, or of a peak of 0",
      [
        ...host(studio1, 33),
        runs(studio1, 1, "batch"),
        peak("memory", 8),
        peak("gpu_memory", 8),
        runs(studio2, 1),
        runs(studio1, 1, "empty"),
        input(constants.baselinePeak, { workload: "empty", resource: "memory" }, hold(0, 3 * hour)),
      ],
      { expr: outlookNames.fit, atSeconds: hour + minute, samples: [] },
    ),
  ];
}

const workload = "chat";
const gibibyte = 1024 ** 3;
/** One GiB a day, by the second. */
const daily = gibibyte / day;

function memory(
  target: ScrapeTarget,
  used: readonly Stretch[],
  left: readonly Stretch[],
): readonly InputSeries[] {
  return [
    exported("workloadMemoryUsed", target, { workload }, ...used),
    exported("workloadMemoryHeadroom", target, { workload }, ...left),
  ];
}

function days(
  resource: string,
  atSeconds: number,
  value: number,
  target: ScrapeTarget = studio1,
): SampleExpectation {
  const labels = { ...target, workload, resource };
  return {
    expr: `round(${series(outlookNames.exhaustion, { resource })}, 0.1) + 0`,
    atSeconds: atSeconds + minute,
    samples: [{ series: series("", labels), value }],
  };
}

function none(resource: string, atSeconds: number): SampleExpectation {
  const expr = series(outlookNames.exhaustion, { resource });
  return { expr, atSeconds: atSeconds + minute, samples: [] };
}

function noDays(atSeconds: number): SampleExpectation {
  return { expr: outlookNames.exhaustion, atSeconds: atSeconds + minute, samples: [] };
}

function host(target: ScrapeTarget, available: number): readonly InputSeries[] {
  return [exported("hostMemoryAvailable", target, {}, hold(available * gibibyte, 3 * hour))];
}

function gpu(name: string, total: number, used: number, parent = ""): readonly InputSeries[] {
  return [
    exported("hostGpuMemoryTotal", studio1, { gpu: name }, hold(total * gibibyte, 3 * hour)),
    exported("hostGpuMemoryUsed", studio1, { gpu: name }, hold(used * gibibyte, 3 * hour)),
    exported("hostGpuInfo", studio1, { gpu: name, name: "A100", parent }, hold(1, 3 * hour)),
  ];
}

function peak(
  resource: string,
  value: number,
  more: Readonly<Record<string, string>> = {},
): InputSeries {
  const labels = { workload, resource, ...more };
  return input(constants.baselinePeak, labels, hold(value * gibibyte, 3 * hour));
}

function runs(target: ScrapeTarget, processes: number, name = workload): InputSeries {
  return exported("workloadProcesses", target, { workload: name }, hold(processes, 3 * hour));
}

function fits(resource: string, value: number, target: ScrapeTarget): SampleExpectation {
  const labels = { ...target, workload, resource };
  const selector = series(outlookNames.fit, labels);
  return { expr: selector, atSeconds: hour + minute, samples: [{ series: selector, value }] };
}

function claim(
  text: string,
  input: readonly InputSeries[],
  ...samples: readonly SampleExpectation[]
): RuleTest {
  return { claim: text, input, alerts: [], samples };
}
