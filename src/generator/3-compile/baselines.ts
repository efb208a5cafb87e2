import { constants, ruleGroups } from "../../catalog/alerts.ts";
import type { Baselines, Constant } from "../../model/plan.ts";
import type { BaselineResource, Figures, Grade, Profile } from "../../model/profile.ts";
import { recordedConstant } from "./baseline-recorded.ts";
import { defaultThresholds, judgedResources, judgedSeverities } from "./thresholds.ts";

/**
 * One workload's figures and thresholds as constants, at most 10 of them: each costs 23 µs per evaluation. Memory
 * and CPU are drawn as bands, so their figures are recorded; descriptors and threads are judged by their limits alone.
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
      ...drawnResources.flatMap((resource) => figures(profile, resource)),
      ...thresholds(profile),
    ],
  };
}

const drawnResources = ["memory", "cpu"] as const satisfies readonly BaselineResource[];

/** How much more headroom a warning asks for when the recording is weak: grade C stands on few, short runs. */
const margins: Readonly<Record<Grade, number>> = { A: 1, B: 1, C: 2 };

function figures(profile: Profile, resource: BaselineResource): readonly Constant[] {
  const labels = { workload: profile.workload, resource };
  const recorded = recordedFigures(profile, resource);
  const peak = recorded.reduce<(typeof recorded)[number] | undefined>(
    (best, next) => (best === undefined || next.figures.max > best.figures.max ? next : best),
    undefined,
  );
  // Of CPU nothing reads it, and constants are few.
  const average =
    resource === "memory"
      ? recorded.find(({ scenario }) => scenario === "average")?.figures.p95
      : undefined;
  const names = recorded.map(({ scenario }) => scenario).join(", ");
  return [
    ...(peak === undefined
      ? []
      : [
          {
            record: constants.baselinePeak,
            labels,
            value: peak.figures.max,
            why: `largest max of ${names}: that of ${peak.scenario}`,
          },
        ]),
    ...(average === undefined
      ? []
      : [{ record: constants.baselineP95, labels, value: average, why: "p95 of average" }]),
  ];
}

/** Only for resources the profile has figures of: of the others nothing is known, and the default judges. */
function thresholds(profile: Profile): readonly Constant[] {
  const margin = margins[profile.grade];
  return judgedResources
    .filter((resource) => recordedFigures(profile, resource).length > 0)
    .flatMap((resource) =>
      judgedSeverities.map((severity) => ({
        record: constants.headroomThreshold,
        labels: { workload: profile.workload, resource, severity },
        value: rounded(defaultThresholds[resource][severity] * margin),
        why: `default ${defaultThresholds[resource][severity]} × margin ${margin} of grade ${profile.grade}`,
      })),
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
