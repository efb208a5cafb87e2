import { profileResources } from "../../catalog/profile-resources.ts";
import { gradeTakes, isUnderLoad } from "../../model/baseline.ts";
import type { Profile } from "../../model/profile.ts";

/** What would make the grade of a profile better, in sentences. */
export function raisingOf({ grade, figures, mixed = {} }: Profile): readonly string[] {
  if (grade === "A") return [];
  const differing = Object.keys(mixed);
  const underLoad = Object.entries(figures.scenarios).filter(([name]) => isUnderLoad(name));
  const next = grade === "B" ? "A" : "B";
  return [
    ...(differing.length === 0
      ? []
      : [`Keep recordings of one kind: these differ in ${differing.join(", ")}.`]),
    ...(underLoad.length === 0 ? ["Record a scenario under load: average, and peak."] : []),
    ...underLoad.flatMap(([name, { resources }]) =>
      (Object.keys(resources) as (keyof typeof resources)[])
        .filter((resource) => resources[resource]?.censored !== undefined)
        .map(
          (resource) =>
            `Record ${name} anew under a wider limit: its peak of ${profileResources[resource].title} was cut off.`,
        ),
    ),
    ...underLoad.flatMap(([name, { runs, nEff = 0 }]) => lackingOf(next, name, runs, nEff)),
  ];
}

function lackingOf(
  next: keyof typeof gradeTakes,
  scenario: string,
  runs: number,
  nEff: number,
): readonly string[] {
  const takes = gradeTakes[next];
  const [fewRuns, fewSamples] = [runs < takes.runs, nEff < takes.nEff];
  const more = takes.runs - runs;
  const again = `Record ${scenario} ${more === 1 ? "once" : `${more} times`} more`;
  const longer = `its samples count for ${Math.floor(nEff)} independent ones, and ${next} takes ${takes.nEff}`;
  if (next === "B")
    return fewRuns && fewSamples
      ? [
          `${again}, or for longer: B takes ${takes.runs} runs or ${takes.nEff} independent samples.`,
        ]
      : [];
  return [
    ...(fewRuns ? [`${again}: ${next} takes ${takes.runs} runs.`] : []),
    ...(fewSamples ? [`Record ${scenario} for longer: ${longer}.`] : []),
  ];
}
