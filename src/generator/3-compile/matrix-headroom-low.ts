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
  ruleOf,
  silent,
  studio1,
  studio2,
} from "./matrix.ts";
import type { ScrapeTarget } from "./matrix.ts";

/** The claims that hold MlxHeadroomLow to its word. Default thresholds: memory 15 % and 5 %, descriptors 20 % and 5 %. */
export function headroomLowMatrix(rules: readonly AlertRule[]): readonly RuleTest[] {
  const warning = ruleOf(rules, "warning");
  const critical = ruleOf(rules, "critical");
  const name = warning.alert;

  const onChat = (rule: AlertRule, ratio: string, since: string, more: Facts = {}): FiringAlert =>
    firing(rule, "memory", studio1, { ratio, since, ...more });

  return [
    claim(
      "headroom above every threshold is silent",
      [memory(hold(0.16, 6 * minute))],
      silent(name, 5 * minute + 5),
    ),
    claim(
      "a warning waits two minutes, then says what binds, what is left and since when",
      [memory(hold(0.5, 2 * minute), hold(0.12, 10 * minute)), ...chatFacts],
      ...firesFrom(name, 4 * minute, onChat(warning, "12%", "2m 0s", chatLimit)),
    ),
    claim(
      "critical waits one minute and joins the warning",
      [memory(hold(0.5, 2 * minute), hold(0.04, 10 * minute)), ...chatFacts],
      ...firesFrom(name, 3 * minute, onChat(critical, "4%", "1m 0s", chatLimit)),
      fires(
        name,
        4 * minute + 5,
        onChat(warning, "4%", "2m 0s", chatLimit),
        onChat(critical, "4%", "2m 0s", chatLimit),
      ),
    ),
    claim(
      "a limit already exceeded fires, and what binds may be unknown",
      [memory(hold(-0.02, 10 * minute))],
      fires(
        name,
        5 * minute + 5,
        onChat(warning, "-2%", "5m 0s"),
        onChat(critical, "-2%", "5m 0s"),
      ),
    ),
    claim(
      "a dip shorter than two minutes is silent",
      [memory(hold(0.5, 2 * minute), hold(0.12, 90), hold(0.5, 10 * minute))],
      silent(name, 3 * minute + 20),
      silent(name, 5 * minute + 5),
    ),
    claim(
      "five minutes of recovery are waited for before the alert clears",
      [memory(hold(0.04, 6 * minute), hold(0.5, 10 * minute))],
      ...firesUntil(
        name,
        11 * minute,
        onChat(warning, "4%", "5m 45s"),
        onChat(critical, "4%", "5m 45s"),
      ),
    ),
    claim(
      "a workload that ends while pending is silent, and one that ends while firing clears",
      [
        memory(hold(0.12, 1 * minute), "stale"),
        ratioOf("batch", "memory", studio1, hold(0.12, 4 * minute), "stale"),
      ],
      fires(
        name,
        5 * minute + 5,
        firing(warning, "memory", studio1, { workload: "batch", ratio: "12%", since: "3m 45s" }),
      ),
      silent(name, 9 * minute + 20),
    ),
    claim(
      "a workload with thresholds of its own is judged by them and not by the default",
      [
        ...ownThresholds("strict", { warning: 0.3, critical: 0.1 }),
        ratioOf("strict", "memory", studio1, hold(0.2, 10 * minute)),
        ...ownThresholds("lenient", { warning: 0.04, critical: 0.02 }),
        ratioOf("lenient", "memory", studio1, hold(0.045, 10 * minute)),
      ],
      fires(
        name,
        5 * minute + 5,
        firing(warning, "memory", studio1, { workload: "strict", ratio: "20%", since: "5m 0s" }),
      ),
    ),
    claim(
      "one severity of its own leaves the other to the default",
      [
        input(threshold, thresholdLabels("chat", "warning"), hold(0.02, 10 * minute)),
        memory(hold(0.04, 10 * minute)),
      ],
      fires(name, 5 * minute + 5, onChat(critical, "4%", "5m 0s")),
    ),
    claim(
      "thresholds of its own for one resource leave the others to the default",
      [
        ...ownThresholds("chat", { warning: 0.3, critical: 0.1 }),
        ratioOf("chat", "threads", studio1, hold(0.09, 10 * minute)),
      ],
      fires(
        name,
        5 * minute + 5,
        firing(warning, "threads", studio1, { ratio: "9%", since: "5m 0s" }),
      ),
    ),
    claim(
      "constants that exist twice do not break the join",
      [
        ...ownThresholds("chat", { warning: 0.3, critical: 0.1 }),
        ...ownThresholds("chat", { warning: 0.3, critical: 0.1 }, { ruler: "b" }),
        input(
          threshold,
          { resource: "memory", severity: "warning", ruler: "b" },
          hold(0.15, 10 * minute),
        ),
        memory(hold(0.2, 10 * minute)),
        ratioOf("batch", "memory", studio1, hold(0.12, 10 * minute)),
      ],
      fires(
        name,
        5 * minute + 5,
        onChat(warning, "20%", "5m 0s"),
        firing(warning, "memory", studio1, { workload: "batch", ratio: "12%", since: "5m 0s" }),
      ),
    ),
    claim(
      "a resource without a threshold is silent",
      [ratioOf("chat", "cpu", studio1, hold(0, 6 * minute))],
      silent(name, 5 * minute + 5),
    ),
    claim(
      "two hosts with the same workload alert separately",
      [memory(hold(0.5, 10 * minute)), ratioOf("chat", "memory", studio2, hold(0.1, 10 * minute))],
      fires(
        name,
        5 * minute + 5,
        firing(warning, "memory", studio2, { ratio: "10%", since: "5m 0s" }),
      ),
    ),
    claim(
      "file descriptors and threads say what share is left, and which limit binds",
      [
        ratioOf("chat", "open_fds", studio1, hold(0.19, 10 * minute)),
        binding("open_fds", "rlimit", "process"),
        ratioOf("chat", "threads", studio1, hold(0.09, 10 * minute)),
        binding("threads", "pids", "/user.slice"),
      ],
      fires(
        name,
        5 * minute + 5,
        firing(warning, "open_fds", studio1, {
          ratio: "19%",
          since: "5m 0s",
          binding: "The limit that binds is rlimit, scope process.",
        }),
        firing(warning, "threads", studio1, {
          ratio: "9%",
          since: "5m 0s",
          binding: "The limit that binds is pids, scope /user.slice.",
        }),
      ),
    ),
  ];
}

type Facts = Readonly<Record<string, string>>;
const threshold = constants.headroomThreshold;
const gibibyte = 1024 ** 3;

const chatFacts = [
  exported(
    "workloadMemoryHeadroom",
    studio1,
    { workload: "chat" },
    hold(3.5 * gibibyte, 12 * minute),
  ),
  binding("memory", "cgroup", "/system.slice/chat.service"),
];
const chatLimit = {
  left: "3.5GiB",
  binding: "The limit that binds is cgroup, scope /system.slice/chat.service.",
};

function memory(...stretches: readonly Stretch[]): InputSeries {
  return ratioOf("chat", "memory", studio1, ...stretches);
}

function ratioOf(
  workload: string,
  resource: string,
  target: ScrapeTarget,
  ...stretches: readonly Stretch[]
): InputSeries {
  return exported("workloadHeadroomRatio", target, { workload, resource }, ...stretches);
}

function binding(resource: string, source: string, scope: string): InputSeries {
  const labels = { workload: "chat", resource, source, scope };
  return exported("workloadLimitBinding", studio1, labels, hold(1, 12 * minute));
}

function thresholdLabels(workload: string, severity: string): Facts {
  return { workload, resource: "memory", severity };
}

function ownThresholds(
  workload: string,
  values: { readonly warning: number; readonly critical: number },
  more: Facts = {},
): readonly InputSeries[] {
  return Object.entries(values).map(([severity, value]) =>
    input(threshold, { ...thresholdLabels(workload, severity), ...more }, hold(value, 10 * minute)),
  );
}

function firing(
  rule: AlertRule,
  resource: string,
  target: ScrapeTarget,
  facts: Facts,
): FiringAlert {
  const { workload = "chat", ratio = "" } = facts;
  return {
    rule,
    labels: { ...target, workload, resource },
    facts: {
      workload,
      instance: target.instance,
      resource,
      left: resource === "memory" ? "an unknown amount" : `${ratio} of it`,
      binding: "Which limit binds is not known.",
      ...facts,
    },
  };
}
