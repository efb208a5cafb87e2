import { constants, ruleGroups } from "../../catalog/alerts.ts";
import type { Baselines, Constant } from "../../model/plan.ts";
import type { BaselineResource, Figures, Grade, Profile } from "../../model/profile.ts";
import { recordedConstant } from "./baseline-recorded.ts";
import { defaultThresholds } from "./thresholds.ts";

/**
 * One workload's figures and thresholds as constants, at most 10 of them: each costs 23 µs per evaluation. So only
 * what a rule joins with or a panel draws is recorded, and no threshold that is the default anyway.
 */
export function compileBaselines(profile: Profile, slug: string): Baselines {
  return {
    workload: profile.workload,
    slug,
    name: ruleGroups.baselines(slug),
    about: [
      `The baseline of the workload ${profile.workload}: grade ${profile.grade}, recorded ${profile.recorded}.`,
      "Figures are per process, in base units.",
    ],
    constants: [
      recordedConstant(profile),
      ...peak(profile, "memory"),
      ...average(profile, "memory"),
      ...peak(profile, "gpu_memory"),
      ...peak(profile, "cpu"),
      ...usageThreshold(profile, "memory", "max"),
      ...usageThreshold(profile, "gpu_memory", "max"),
      ...usageThreshold(profile, "cpu", "p95"),
      ...headroomThresholds(profile),
    ],
  };
}

/** How much more headroom a warning asks for when the recording is weak: grade C stands on few, short runs. */
const headroomMargins: Readonly<Record<Grade, number>> = { A: 1, B: 1, C: 2 };

/** How far above the recorded peak usage is still taken for the same. */
const usageMargins: Readonly<Record<Grade, number>> = { A: 1.05, B: 1.1, C: 1.2 };

function peak(profile: Profile, resource: BaselineResource): readonly Constant[] {
  const largest = largestOf(profile, resource, "max");
  if (largest === undefined) return [];
  return [
    {
      record: constants.baselinePeak,
      labels: { workload: profile.workload, resource },
      value: largest.value,
      why: `largest max of ${largest.among}: that of ${largest.scenario}`,
    },
  ];
}

function average(profile: Profile, resource: BaselineResource): readonly Constant[] {
  const p95 = profile.figures.scenarios["average"]?.resources[resource]?.p95;
  if (p95 === undefined) return [];
  const labels = { workload: profile.workload, resource };
  return [{ record: constants.baselineP95, labels, value: p95, why: "p95 of average" }];
}

/** Memory is judged by its peak, which a percentile would hide; CPU by what it took most of the time. */
function usageThreshold(
  profile: Profile,
  resource: BaselineResource,
  statistic: "max" | "p95",
): readonly Constant[] {
  const largest = largestOf(profile, resource, statistic);
  if (largest === undefined) return [];
  const margin = usageMargins[profile.grade];
  return [
    {
      record: constants.usageThreshold,
      labels: { workload: profile.workload, resource },
      value: rounded(largest.value * margin),
      why: `${largest.statistic} of ${largest.scenario} × margin ${margin} of grade ${profile.grade}`,
    },
  ];
}

/**
 * Only what differs from the default, and only for resources the profile has figures of. Descriptors and threads are
 * judged by their limits alone, and what is critical is so however well the workload is known.
 */
function headroomThresholds(profile: Profile): readonly Constant[] {
  const margin = headroomMargins[profile.grade];
  if (margin === 1) return [];
  return (["memory", "gpu_memory"] as const)
    .filter((resource) => largestOf(profile, resource, "max") !== undefined)
    .map((resource) => ({
      record: constants.headroomThreshold,
      labels: { workload: profile.workload, resource, severity: "warning" },
      value: rounded(defaultThresholds[resource].warning * margin),
      why: `default ${defaultThresholds[resource].warning} × margin ${margin} of grade ${profile.grade}`,
    }));
}

interface Largest {
  readonly value: number;
  readonly statistic: "max" | "p95";
  readonly scenario: string;
  /** The scenarios it was sought in. */
  readonly among: string;
}

/** The scenario whose figure is largest; where a percentile is not known its max stands for it. */
function largestOf(
  profile: Profile,
  resource: BaselineResource,
  statistic: "max" | "p95",
): Largest | undefined {
  const recorded = recordedFigures(profile, resource);
  const among = recorded.map(({ scenario }) => scenario).join(", ");
  return recorded
    .map(({ scenario, figures }): Largest => {
      const value = figures[statistic];
      return value === undefined
        ? { value: figures.max, statistic: "max", scenario, among }
        : { value, statistic, scenario, among };
    })
    .reduce<Largest | undefined>(
      (best, next) => (best === undefined || next.value > best.value ? next : best),
      undefined,
    );
}

function recordedFigures(
  profile: Profile,
  resource: BaselineResource,
): readonly { readonly scenario: string; readonly figures: Figures }[] {
  return Object.entries(profile.figures.scenarios).flatMap(([scenario, { resources }]) => {
    const figures = resources[resource];
    return figures === undefined ? [] : [{ scenario, figures }];
  });
}

/** Without the noise of binary fractions, so that files stay the same and readable. */
function rounded(value: number): number {
  return Number(value.toPrecision(12));
}
