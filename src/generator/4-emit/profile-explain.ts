import { profileResource, type ProfileResource } from "../../catalog/profile-resources.ts";
import {
  leastSamples,
  quantiles,
  type Baseline,
  type Quantile,
  type ResourceWorkings,
  type ScenarioWorkings,
} from "../../model/baseline.ts";
import { amountInUnits } from "../../model/in-units.ts";
import type { Figures } from "../../model/profile.ts";

/** How every number of one resource came to be: formula, recordings, samples. */
export function explainResource(
  { profile, scenarios }: Baseline<ProfileResource>,
  resource: ProfileResource,
): string {
  const { title, loadCounts } = profileResource(resource);
  const parts = scenarios.flatMap((scenario) => {
    const figures = profile.figures.scenarios[scenario.name]?.resources[resource];
    const workings = scenario.resources[resource];
    return figures === undefined || workings === undefined
      ? []
      : [explainScenario(resource, scenario, figures, workings)];
  });
  return [
    `The ${title} of ${profile.workload}, per process: of several processes each sample takes the largest.`,
    loadCounts
      ? "Quantiles are of the steady phase, max is of every phase. Scenarios are never pooled."
      : "All figures are of the steady phase: what a start takes says nothing about an ordinary hour. Scenarios are never pooled.",
    `Grade ${profile.grade}: ${profile.why ?? ""}.`,
    "",
    ...(parts.length === 0 ? [`No recording knows the ${title}.`, ""] : parts),
  ].join("\n");
}

function explainScenario(
  resource: ProfileResource,
  { name, runs, resources: _ }: ScenarioWorkings<ProfileResource>,
  figures: Figures,
  workings: ResourceWorkings,
): string {
  const amount = (value: number) => amountInUnits(profileResource(resource).unit, value);
  const lines: [string, string][] = [
    ["runs", `${runs.length}: ${runs.map(({ run }) => run.name).join(", ")}`],
    ["n", countedText(figures, workings)],
    ["n_eff", effectiveText(figures, workings)],
    [
      "min",
      figures.min === undefined
        ? "none: no sample is of the steady phase"
        : `${amount(figures.min)}: the least of those samples`,
    ],
    ...Object.keys(quantiles).flatMap((key) =>
      quantileLines(key as Quantile, figures, workings, amount),
    ),
    ["max", maxText(figures, workings, amount)],
    ...(figures.runPeaks === undefined
      ? []
      : [["run peaks", figures.runPeaks.map(amount).join(", ")] satisfies [string, string]]),
    ...(figures.censored === undefined
      ? []
      : [["censored", censoredText(figures.censored, amount)] satisfies [string, string]]),
  ];
  return [name, ...lines.map(([key, text]) => `  ${key.padEnd(11)}${text}`), ""].join("\n");
}

function countedText({ n }: Figures, { effective }: ResourceWorkings): string {
  if (n === undefined) return "0 samples of the steady phase: quantiles are not known";
  const each = effective.map((run) => `${run.name} ${run.n}`).join(", ");
  return `${n} samples of the steady phase: ${each}`;
}

function effectiveText({ nEff }: Figures, { effective }: ResourceWorkings): string {
  if (nEff === undefined) return "none";
  const known = effective.filter(({ n }) => n > 0);
  const [only] = known;
  if (known.length === 1 && only !== undefined) return `${nEff}: ${reasonOf(only)}`;
  const each = known
    .map((run) => `${run.name} ${run.effective.toFixed(1)} (${reasonOf(run)})`)
    .join(", ");
  return `${nEff} = N²/Σ(nᵢ²/mᵢ) over the runs, mᵢ being ${each}`;
}

function reasonOf({ by, rho, n }: ResourceWorkings["effective"][number]): string {
  switch (by) {
    case "constant":
      return "it never changed, which counts as one sample";
    case "lag1":
      return `${n}(1−ρ)/(1+ρ), ρ ${rho?.toFixed(3) ?? ""}`;
    case "lags":
      return `${n}/(1+2Σρₖ), less than by ρ ${rho?.toFixed(3) ?? ""} alone`;
  }
}

function quantileLines(
  key: Quantile,
  figures: Figures,
  { bounds }: ResourceWorkings,
  amount: (value: number) => string,
): readonly [string, string][] {
  const [value, upper, bound] = [figures[key], figures[`${key}Upper`], bounds[key]];
  if (value === undefined || upper === undefined || bound === undefined) {
    return [
      [
        key,
        `not printed: it takes n_eff ${leastSamples(quantiles[key])}, so that with 95 % probability a sample lies above it`,
      ],
    ];
  }
  return [
    [
      key,
      `${amount(value)}: quantile ${quantiles[key]} of those samples, linear between neighbours (type 7)`,
    ],
    [
      `${key} ≤`,
      `${amount(upper)}: with 95 % confidence: number ${bound.k} of ${bound.m} independent samples by size (binomial), which is number ${bound.rank} of ${figures.n ?? 0}`,
    ],
  ];
}

function maxText(
  { max, sampledMax, kernelPeak, kernelPeakOlder }: Figures,
  { highest, kernelPeakIn }: ResourceWorkings,
  amount: (value: number) => string,
): string {
  const where = `${highest.name} at ${Math.round(highest.seconds)} s, phase ${highest.phase}`;
  if (sampledMax === undefined || kernelPeak === undefined)
    return `${amount(max)}: the largest sample (${where})`;
  const older = kernelPeakOlder === true ? ", reached before it began" : "";
  return `${amount(max)}: the larger of the largest sample, ${amount(sampledMax)} (${where}), and the kernel's own mark, ${amount(kernelPeak)} (${kernelPeakIn ?? ""}${older})`;
}

/** Why a peak is not the workload's own. */
export function censoredText(
  { limit, source, scope, event, count }: NonNullable<Figures["censored"]>,
  amount: (value: number) => string,
): string {
  return event !== undefined
    ? `the kernel counted ${event} ${count ?? 0} times: the true peak is not known`
    : `it came to 98 % or more of ${amount(limit ?? 0)} (${source ?? ""} ${scope ?? ""}): the true peak may lie above`;
}
