import { constants } from "../../catalog/alerts.ts";
import type { AlertRule, FiringAlert, InputSeries, RuleTest, Stretch } from "../../model/plan.ts";
import {
  claim,
  exported,
  fires,
  hold,
  hour,
  input,
  minute,
  nothing,
  ruleOf,
  silent,
  studio1,
  studio2,
} from "./matrix.ts";
import type { ScrapeTarget } from "./matrix.ts";

/** The claims that hold MlxBaselineMismatch to its word. */
export function baselineMismatchMatrix(rules: readonly AlertRule[]): readonly RuleTest[] {
  const model = ruleOf(rules, "warning");
  const version = ruleOf(rules, "info");
  const name = model.alert;
  const firing = (rule: AlertRule, target: ScrapeTarget, runs: Facts): FiringAlert => ({
    rule,
    labels: filled({ ...target, workload: "chat", runtime: "mlx_lm.server", ...runs }),
    facts: {
      workload: "chat",
      instance: target.instance,
      ...(rule === model
        ? { runs: runs.model, recorded: recordedFacts.model }
        : { runs: runs.mlx_version, recorded: recordedFacts.mlx_version }),
    },
  });
  const otherModel = { ...recordedFacts, model: "Qwen3-32B" };
  const otherVersion = { ...recordedFacts, mlx_version: "0.33.0" };

  return [
    claim(
      "what runs as recorded is silent",
      [recorded(), ...runs(studio1, recordedFacts)],
      silent(name, 40 * minute + 5),
    ),
    claim(
      "another model is a warning after sixteen minutes, and clears with a new recording",
      [
        recorded({}, hold(1, 30 * minute), "stale"),
        recorded({ model: "Qwen3-32B" }, nothing(30 * minute), hold(2, 30 * minute)),
        ...runs(studio1, otherModel),
      ],
      silent(name, 15 * minute + 50),
      fires(name, 16 * minute + 5, firing(model, studio1, otherModel)),
      silent(name, 30 * minute + 20),
    ),
    claim(
      "another version of MLX is information",
      [recorded(), ...runs(studio1, otherVersion)],
      silent(name, 15 * minute + 50),
      fires(name, 16 * minute + 5, firing(version, studio1, otherVersion)),
    ),
    claim(
      "what is not known of what runs is silent",
      [recorded(), ...runs(studio1, { model: "", mlx_version: "" })],
      silent(name, 40 * minute + 5),
    ),
    claim(
      "what is not known of what was recorded is silent",
      [recorded({ model: "", mlx_version: "" }), ...runs(studio1, recordedFacts)],
      silent(name, 40 * minute + 5),
    ),
    claim(
      "a workload that does not run any more is silent",
      [
        recorded(),
        info(studio1, otherModel, hold(1, hour)),
        processes(studio1, hold(1, 10 * minute), hold(0, 50 * minute)),
      ],
      silent(name, 40 * minute + 5),
    ),
    claim(
      "a workload without a baseline is silent",
      runs(studio1, otherModel),
      silent(name, 40 * minute + 5),
    ),
    claim(
      "of two hosts the one that differs is named, and a constant that exists twice breaks nothing",
      [
        recorded(),
        recorded({ copy: "2" }),
        ...runs(studio1, recordedFacts),
        ...runs(studio2, otherModel),
      ],
      fires(name, 40 * minute + 5, firing(model, studio2, otherModel)),
    ),
  ];
}

const recordedFacts = { model: "Qwen2.5-14B-Instruct-4bit", mlx_version: "0.32.0" };
type Facts = typeof recordedFacts;

function recorded(
  changes: Readonly<Record<string, string>> = {},
  ...stretches: readonly Stretch[]
): InputSeries {
  const labels = { workload: "chat", grade: "B", ...recordedFacts, ...changes };
  const held = stretches.length === 0 ? [hold(1, hour)] : stretches;
  return input(constants.baselineRecorded, filled(labels), ...held);
}

function runs(target: ScrapeTarget, facts: Facts): readonly InputSeries[] {
  return [info(target, facts, hold(1, hour)), processes(target, hold(1, hour))];
}

function info(target: ScrapeTarget, facts: Facts, ...stretches: readonly Stretch[]): InputSeries {
  const labels = { workload: "chat", runtime: "mlx_lm.server", ...facts };
  return exported("workloadInfo", target, labels, ...stretches);
}

function processes(target: ScrapeTarget, ...stretches: readonly Stretch[]): InputSeries {
  return exported("workloadProcesses", target, { workload: "chat" }, ...stretches);
}

/** An empty label is no label. */
function filled(labels: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== ""));
}
