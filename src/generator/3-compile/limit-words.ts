import type { Policy, Rollout } from "../../model/policy.ts";
import type { Profile } from "../../model/profile.ts";
import { amountInUnits } from "../../model/in-units.ts";
import type { Largest, RecordedFigure } from "./baselines.ts";

/** `max 18.0 GiB (19327352832 B) of edge:long-context (2 runs, 600 samples)`, and whether it was cut off. */
export function spokenFigure(profile: Profile, resource: RecordedFigure, largest: Largest): string {
  const scenario = profile.figures.scenarios[largest.scenario];
  const unit = resource === "cpu" ? "cores" : isCount(resource) ? "count" : "bytes";
  const runs = scenario?.runs ?? 0;
  const n = scenario?.resources[resource]?.n ?? scenario?.n ?? 0;
  const many = `${runsOf(runs)}, ${n} samples`;
  const cutOff = scenario?.resources[resource]?.censored !== undefined;
  const doubt = cutOff ? ", cut off there: the true peak is not known, record it anew" : "";
  const amount = amountInUnits(unit, largest.value);
  return `${largest.statistic} ${amount} of ${largest.scenario} (${many}${doubt})`;
}

function runsOf(runs: number): string {
  return `${runs} ${runs === 1 ? "run" : "runs"}`;
}

function isCount(resource: RecordedFigure): boolean {
  return resource === "threads" || resource === "open_fds";
}

/** Free text that ends no comment of a single line. */
export function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]/gu, " ");
}

/** What stands above the limits of a workload, a sentence a line. */
export function aboutLimits(profile: Profile, policy: Policy, rollout: Rollout): readonly string[] {
  const { workload, grade, recorded, labels = {} } = profile;
  const on = Object.entries(labels).map(([name, value]) => `${name} ${value}`);
  const whose = on.length === 0 ? workload : `${workload} on hosts of ${on.join(", ")}`;
  const scenarios = Object.entries(profile.figures.scenarios).map(
    ([name, { runs, n }]) => `${name} (${runsOf(runs)}, ${n} samples)`,
  );
  const owner = policy.workloads[workload]?.owner ?? policy.owner;
  return [
    `Limits of the workload ${whose}: grade ${grade}, recorded ${recorded}.`,
    owner === undefined
      ? "It has no owner: the policy's `owner` names one."
      : `Its owner is ${oneLine(owner)}.`,
    `Scenarios: ${scenarios.join(", ")}.`,
    `The rollout is ${rollout}: ${stages[rollout]}`,
    "Figures are of the largest process: where several run under one limit, add theirs.",
  ];
}

const stages: Readonly<Record<Rollout, string>> = {
  observe: "every limit is a comment.",
  soft: "what slows down or asks is in force, what refuses or kills is a comment.",
  hard: "every limit is in force.",
};
