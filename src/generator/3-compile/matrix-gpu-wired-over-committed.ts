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
  ruleOf,
  silent,
  studio1,
  studio2,
} from "./matrix.ts";
import type { ScrapeTarget } from "./matrix.ts";

/** The claims that hold MlxGpuWiredOverCommitted to its word, on Macs of 100 GiB. */
export function gpuWiredOverCommittedMatrix(rules: readonly AlertRule[]): readonly RuleTest[] {
  const warning = ruleOf(rules, "warning");
  const critical = ruleOf(rules, "critical");
  const name = warning.alert;
  const firing = (
    rule: AlertRule,
    facts: Readonly<Record<string, string>>,
    target: ScrapeTarget = studio1,
  ): FiringAlert => ({
    rule,
    labels: target,
    facts: {
      instance: target.instance,
      total: "100GiB",
      limit: "an unknown amount",
      largest: "Which workload takes most is not known.",
      ...facts,
    },
  });

  return [
    claim(
      "three quarters of memory wired, as one server does, is silent",
      [installed(studio1), wired(studio1, hold(79 * gibibyte, length))],
      silent(name, 15 * minute + 5),
    ),
    claim(
      "more than four fifths wait five minutes, then say how much and who has most",
      [
        installed(studio1),
        wired(studio1, hold(50 * gibibyte, 2 * minute), hold(82 * gibibyte, length)),
        exported("workloadMemoryUsed", studio1, { workload: "chat" }, hold(7 * gibibyte, length)),
      ],
      ...firesFrom(
        name,
        7 * minute,
        firing(warning, {
          wired: "82GiB",
          since: "5m 0s",
          largest: "Most is taken by chat (7GiB).",
        }),
      ),
    ),
    claim(
      "more than nine tenths wait two minutes and are critical",
      [
        installed(studio1),
        wired(studio1, hold(50 * gibibyte, 2 * minute), hold(91 * gibibyte, length)),
      ],
      ...firesFrom(name, 4 * minute, firing(critical, { wired: "91GiB", since: "2m 0s" })),
      fires(
        name,
        7 * minute + 5,
        firing(warning, { wired: "91GiB", since: "5m 0s" }),
        firing(critical, { wired: "91GiB", since: "5m 0s" }),
      ),
    ),
    claim(
      "the GPU's limit warns where it is narrower, and not below 95 % of it",
      [
        installed(studio1),
        exported("hostMemoryWiredLimit", studio1, {}, hold(50 * gibibyte, length)),
        wired(studio1, hold(48 * gibibyte, length)),
        installed(studio2),
        exported("hostMemoryWiredLimit", studio2, {}, hold(50 * gibibyte, length)),
        wired(studio2, hold(47 * gibibyte, length)),
      ],
      silent(name, 4 * minute + 50),
      fires(
        name,
        5 * minute + 20,
        firing(warning, { wired: "48GiB", limit: "50GiB", since: "5m 15s" }),
      ),
    ),
    claim(
      "a model load that wires much for a moment is silent",
      [
        installed(studio1),
        wired(
          studio1,
          hold(50 * gibibyte, 2 * minute),
          hold(92 * gibibyte, 105),
          hold(70 * gibibyte, length),
        ),
      ],
      silent(name, 4 * minute + 5),
      silent(name, 8 * minute + 5),
    ),
    claim(
      "a host that counts no wired memory, as on Linux, is silent",
      [installed(studio1), exported("hostMemoryAvailable", studio1, {}, hold(gibibyte, length))],
      silent(name, 15 * minute + 5),
    ),
    claim(
      "a gap is bridged, five minutes of recovery are waited for, and two hosts alert separately",
      [
        installed(studio1),
        wired(studio1, hold(20 * gibibyte, length)),
        installed(studio2),
        wired(
          studio2,
          hold(92 * gibibyte, 3 * minute),
          nothing(2 * minute),
          hold(92 * gibibyte, 1 * minute),
          hold(40 * gibibyte, length),
        ),
      ],
      ...firesUntil(
        name,
        11 * minute,
        firing(warning, { wired: "92GiB", since: "5m 45s" }, studio2),
        firing(critical, { wired: "92GiB", since: "5m 45s" }, studio2),
      ),
    ),
  ];
}

const gibibyte = 1024 ** 3;
const length = 20 * minute;

function installed(target: ScrapeTarget): InputSeries {
  return exported("hostMemoryTotal", target, {}, hold(100 * gibibyte, length));
}

function wired(target: ScrapeTarget, ...stretches: readonly Stretch[]): InputSeries {
  return exported("hostMemoryWired", target, {}, ...stretches);
}
