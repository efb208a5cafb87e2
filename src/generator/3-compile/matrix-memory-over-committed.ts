import { constants } from "../../catalog/alerts.ts";
import type { AlertRule, FiringAlert, InputSeries, RuleTest, Stretch } from "../../model/plan.ts";
import {
  claim,
  exported,
  fires,
  firesFrom,
  firesUntil,
  hold,
  input,
  minute,
  silent,
  soleRule,
  studio1,
  studio2,
} from "./matrix.ts";
import type { ScrapeTarget } from "./matrix.ts";

/** The claims that hold MlxMemoryOverCommitted to its word, on hosts of 64 GiB: chat was recorded with 20, batch was not. */
export function memoryOverCommittedMatrix(rules: readonly AlertRule[]): readonly RuleTest[] {
  const rule = soleRule(rules);
  const name = rule.alert;
  const firing = (facts: Readonly<Record<string, string>>, target = studio1): FiringAlert => ({
    rule,
    labels: target,
    facts: { instance: target.instance, total: "64GiB", available: "30GiB", ...facts },
  });

  return [
    claim(
      "peaks that fit are silent, though they fill the host to the last byte",
      [
        ...host(studio1),
        ...peak(),
        ...workload(studio1, "chat", [hold(2, length)], 10),
        ...workload(studio1, "batch", [hold(1, length)], 24),
      ],
      silent(name, 25 * minute + 5),
    ),
    claim(
      "one process more waits ten minutes, then says what they may take and who takes most now",
      [
        ...host(studio1),
        ...peak(),
        ...workload(studio1, "chat", [hold(2, 5 * minute), hold(3, length)], 10),
        ...workload(studio1, "batch", [hold(1, length)], 6),
      ],
      ...firesFrom(
        name,
        15 * minute,
        firing({
          claimed: "66GiB",
          largest: "Most is taken by chat (10GiB), batch (6GiB).",
        }),
      ),
    ),
    claim(
      "a workload that outgrew its peak counts with what it uses",
      [
        ...host(studio1),
        ...peak(),
        ...workload(studio1, "chat", [hold(1, length)], 50),
        ...workload(studio1, "batch", [hold(1, length)], 16),
      ],
      fires(
        name,
        12 * minute + 5,
        firing({
          claimed: "66GiB",
          largest: "Most is taken by chat (50GiB), batch (16GiB).",
        }),
      ),
    ),
    claim(
      "a recorded workload counts though what it uses is not known",
      [
        ...host(studio1),
        ...peak(),
        exported("workloadProcesses", studio1, { workload: "chat" }, hold(4, length)),
      ],
      fires(
        name,
        12 * minute + 5,
        firing({ claimed: "80GiB", largest: "Which workload takes most is not known." }),
      ),
    ),
    claim(
      "a workload that does not run takes nothing, and workloads without a profile what they use",
      [
        ...host(studio1),
        ...peak(40),
        ...workload(studio1, "chat", [hold(0, length)], 0),
        ...workload(studio1, "batch", [hold(9, length)], 63),
      ],
      silent(name, 25 * minute + 5),
    ),
    claim(
      "a host that does not say what it has is silent",
      [...peak(), ...workload(studio1, "chat", [hold(9, length)], 60)],
      silent(name, 25 * minute + 5),
    ),
    claim(
      "a restart that runs two processes for some minutes is silent",
      [
        ...host(studio1),
        ...peak(40),
        ...workload(studio1, "chat", [hold(1, 5 * minute), hold(2, 9 * minute), hold(1, 900)], 30),
      ],
      silent(name, 14 * minute + 5),
      silent(name, 20 * minute + 5),
    ),
    claim(
      "peaks that exist twice do not break the join, it clears after fifteen minutes, and hosts stay apart",
      [
        ...host(studio1),
        ...host(studio2),
        ...peak(),
        ...peak(20, { ruler: "b" }),
        ...workload(studio1, "chat", [hold(3, length)], 10),
        ...workload(studio2, "chat", [hold(4, 12 * minute), hold(2, 30 * minute)], 10),
      ],
      ...firesUntil(
        name,
        27 * minute,
        firing({ claimed: "80GiB", largest: "Most is taken by chat (10GiB)." }, studio2),
      ),
    ),
  ];
}

const gibibyte = 1024 ** 3;
const length = 30 * minute;

function host(target: ScrapeTarget): readonly InputSeries[] {
  return [
    exported("hostMemoryTotal", target, {}, hold(64 * gibibyte, length)),
    exported("hostMemoryAvailable", target, {}, hold(30 * gibibyte, length)),
  ];
}

function peak(value = 20, more: Readonly<Record<string, string>> = {}): readonly InputSeries[] {
  const labels = { workload: "chat", resource: "memory", ...more };
  return [input(constants.baselinePeak, labels, hold(value * gibibyte, length))];
}

/** Its processes, and the GiB that they use together. */
function workload(
  target: ScrapeTarget,
  name: string,
  processes: readonly Stretch[],
  used: number,
): readonly InputSeries[] {
  return [
    exported("workloadProcesses", target, { workload: name }, ...processes),
    exported("workloadMemoryUsed", target, { workload: name }, hold(used * gibibyte, length)),
  ];
}
