import { constants, ruleGroups } from "../../catalog/alerts.ts";
import type { Baselines, Constant } from "../../model/plan.ts";
import type { BaselineResource, Figures, Grade, Profile } from "../../model/profile.ts";
import { defaultPolicy } from "../../model/policy.ts";
import type { Policy, ThresholdPolicies } from "../../model/policy.ts";
import { identityOf, recordedConstant } from "./baseline-recorded.ts";
import { spokenDays } from "./policy-words.ts";
import { judgedSeverities } from "./thresholds.ts";

/**
 * One workload's figures and thresholds as constants, at most 10 of them: each costs 23 µs per evaluation. So only
 * what a rule joins with or a panel draws is recorded, and no threshold that is the default anyway.
 */
export function compileBaselines(
  profile: Profile,
  slug: string,
  policy: Policy = defaultPolicy,
): Baselines {
  const { labels } = profile;
  return {
    workload: profile.workload,
    ...(labels && { labels }),
    grade: profile.grade,
    slug,
    name: ruleGroups.baselines(slug),
    about: [
      `The baseline of the workload ${profile.workload}${on(profile)}: grade ${profile.grade}, recorded ${profile.recorded}.`,
      "Figures are per process, in base units.",
      ...decisions(profile, policy),
    ],
    constants: [
      recordedConstant(profile),
      ...peak(profile, "memory"),
      ...average(profile, "memory"),
      ...peak(profile, "gpu_memory"),
      ...usageThreshold(profile, policy, "memory", "max"),
      ...usageThreshold(profile, policy, "gpu_memory", "max"),
      ...usageThreshold(profile, policy, "cpu", "p95"),
      ...headroomThresholds(profile, policy),
    ],
  };
}

/** How much more headroom a warning asks for when the recording is weak: grade C stands on few, short runs. */
export const headroomMargins: Readonly<Record<Grade, number>> = { A: 1, B: 1, C: 2 };

/** What a profile says how much of is needed: descriptors and threads are judged by their limits alone. */
const widenedResources = ["memory", "gpu_memory"] as const;

/** Whether a weak recording asks for more headroom of this resource. */
export function isWidened(resource: string): boolean {
  return widenedResources.some((name) => name === resource);
}

/** How far above the recorded peak usage is still taken for the same. */
export const usageMargins: Readonly<Record<Grade, number>> = { A: 1.05, B: 1.1, C: 1.2 };

function peak(profile: Profile, resource: BaselineResource): readonly Constant[] {
  const largest = largestOf(profile, resource, "max");
  if (largest === undefined) return [];
  return [
    {
      record: constants.baselinePeak,
      labels: { ...identityOf(profile), resource },
      value: largest.value,
      why: `largest max of ${largest.among}: that of ${largest.scenario}`,
    },
  ];
}

function average(profile: Profile, resource: BaselineResource): readonly Constant[] {
  const p95 = profile.figures.scenarios["average"]?.resources[resource]?.p95;
  if (p95 === undefined) return [];
  const labels = { ...identityOf(profile), resource };
  return [{ record: constants.baselineP95, labels, value: p95, why: "p95 of average" }];
}

/** Memory is judged by its peak, which a percentile would hide; CPU by what it took most of the time. */
function usageThreshold(
  profile: Profile,
  policy: Policy,
  resource: BaselineResource,
  statistic: "max" | "p95",
): readonly Constant[] {
  const largest = largestOf(profile, resource, statistic);
  if (largest === undefined) return [];
  const { margin, whose } = usageMargin(profile, policy, resource);
  return [
    {
      record: constants.usageThreshold,
      labels: { ...identityOf(profile), resource },
      value: rounded(largest.value * margin),
      why: `${largest.statistic} of ${largest.scenario} × margin ${margin} of ${whose}`,
    },
  ];
}

/** How many times the recorded peak usage may be, and who says so: the policy, or the grade. */
export function usageMargin(
  profile: Profile,
  policy: Policy,
  resource: RecordedFigure,
): { readonly margin: number; readonly whose: string } {
  const judged = resource as keyof ThresholdPolicies;
  const decided = policy.workloads[profile.workload]?.thresholds[judged]?.usage;
  const chosen = decided ?? policy.thresholds[judged]?.usage;
  return chosen === undefined
    ? { margin: usageMargins[profile.grade], whose: `grade ${profile.grade}` }
    : { margin: chosen, whose: "the policy" };
}

/** Thresholds that the policy names for this workload: taken as they are, however well it is known. */
export function explicitThresholds(
  policy: Policy,
  workload: string,
  identity: Readonly<Record<string, string>>,
): readonly Constant[] {
  const own = policy.workloads[workload]?.thresholds ?? {};
  return (Object.keys(own) as (keyof ThresholdPolicies)[]).flatMap((resource) =>
    judgedSeverities.flatMap((severity) => {
      const value = own[resource]?.[severity];
      if (value === undefined) return [];
      const labels = { ...identity, resource, severity };
      const why = `the policy of ${workload}`;
      return [{ record: constants.headroomThreshold, labels, value, why }];
    }),
  );
}

/**
 * Only what differs from the default, and only for resources the profile has figures of. Descriptors and threads are
 * judged by their limits alone, and what is critical is so however well the workload is known. A profile of one class of
 * hosts says also what is as usual, or a less certain one of the workload would be asked instead.
 */
function headroomThresholds(profile: Profile, policy: Policy): readonly Constant[] {
  const { workload, grade, labels } = profile;
  const explicit = explicitThresholds(policy, workload, identityOf(profile));
  const margin = headroomMargins[grade];
  if (margin === 1 && labels === undefined) return explicit;
  const widened = widenedResources
    .filter((resource) => largestOf(profile, resource, "max") !== undefined)
    .filter((resource) => policy.workloads[workload]?.thresholds[resource]?.warning === undefined)
    .flatMap((resource) => {
      const usual = policy.thresholds[resource]?.warning;
      if (usual === undefined) return [];
      return [
        {
          record: constants.headroomThreshold,
          labels: { ...identityOf(profile), resource, severity: "warning" },
          value: rounded(usual * margin),
          why: `default ${usual} × margin ${margin} of grade ${grade}`,
        },
      ];
    });
  return [...widened, ...explicit];
}

/** Who has decided about the workload what is no figure. */
function decisions({ workload }: Profile, policy: Policy): readonly string[] {
  const own = policy.workloads[workload];
  const owner = own?.owner ?? policy.owner;
  const every = own?.reviewEverySeconds;
  return [
    ...(owner === undefined ? [] : [`Its owner is ${owner}.`]),
    ...(every === undefined && policy.reviewEverySeconds === defaultPolicy.reviewEverySeconds
      ? []
      : [`It is to be recorded anew every ${spokenDays(every ?? policy.reviewEverySeconds)}.`]),
  ];
}

/** Whatever a scenario has figures of. */
export type RecordedFigure = keyof Profile["figures"]["scenarios"][string]["resources"];

export interface Largest {
  readonly value: number;
  readonly statistic: "max" | "p95";
  readonly scenario: string;
  /** The scenarios it was sought in. */
  readonly among: string;
}

/** The scenario whose figure is largest; where a percentile is not known its max stands for it. */
export function largestOf(
  profile: Profile,
  resource: RecordedFigure,
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
  resource: RecordedFigure,
): readonly { readonly scenario: string; readonly figures: Figures }[] {
  return Object.entries(profile.figures.scenarios).flatMap(([scenario, { resources }]) => {
    const figures = resources[resource];
    return figures === undefined ? [] : [{ scenario, figures }];
  });
}

/** Without the noise of binary fractions, so that files stay the same and readable. */
export function rounded(value: number): number {
  return Number(value.toPrecision(12));
}

/** ` on hosts of host_class m2-ultra`. */
function on({ labels = {} }: Profile): string {
  const named = Object.entries(labels).map(([name, value]) => `${name} ${value}`);
  return named.length === 0 ? "" : ` on hosts of ${named.join(", ")}`;
}
