import { profileResource, type ProfileResource } from "../../catalog/profile-resources.ts";
import {
  leastSamples,
  quantiles,
  type Quantile,
  type ResourceWorkings,
} from "../../model/baseline.ts";
import type { Figures } from "../../model/profile.ts";
import type { Phase, Phases, Run, Stretch } from "../../model/run.ts";
import { effectiveSamples, pooledEffective } from "./effective-samples.ts";
import { quantile, upperBound } from "./order-statistics.ts";

/** One run of a scenario, with its phases. */
export interface PhasedRun {
  readonly run: Run<ProfileResource>;
  readonly phases: Phases;
}

/** One resource of one scenario, over all its runs. Undefined when no sample knows it. */
export function figuresOf(
  resource: ProfileResource,
  runs: readonly PhasedRun[],
): { readonly figures: Figures; readonly workings: ResourceWorkings } | undefined {
  const round = rounding[profileResource(resource).unit];
  const steady = runs.map(({ run, phases }) => part(run.columns[resource], phases.steady));
  const pooled = known(steady).sort();
  const highest = highestOf(resource, runs);
  if (highest === undefined) return undefined;

  const mean = pooled.reduce((sum, value) => sum + value, 0) / pooled.length;
  const effective = steady.map((series, index) => ({
    name: runs[index]?.run.name ?? "",
    ...effectiveSamples(series, mean),
  }));
  const nEff = pooledEffective(effective);
  const bounds = Object.fromEntries(
    Object.entries(quantiles).flatMap(([name, p]) => {
      const bound = upperBound(pooled.length, nEff, p);
      return bound === undefined ? [] : [[name, bound]];
    }),
  ) as ResourceWorkings["bounds"];
  const kernel = resource === "memory" ? kernelPeakOf(runs) : undefined;
  const censored = censoredIn(resource, runs);
  const figures: Figures = {
    ...(pooled.length > 0 && {
      n: pooled.length,
      nEff: roundedDown(nEff),
      min: round(pooled[0] ?? NaN),
      ...quantileKeys(pooled, nEff, bounds, round),
    }),
    max: round(Math.max(highest.value, kernel?.bytes ?? 0)),
    ...(kernel !== undefined && {
      sampledMax: round(highest.value),
      kernelPeak: round(kernel.bytes),
      ...(kernel.older && { kernelPeakOlder: true }),
    }),
    ...(runs.length > 1 &&
      hasRunPeaks.has(resource) && { runPeaks: runPeaks(resource, runs, round) }),
    ...(censored !== undefined && { censored }),
  };
  const { name, seconds, phase } = highest;
  return {
    figures,
    workings: {
      effective,
      highest: { name, seconds, phase },
      ...(kernel !== undefined && { kernelPeakIn: kernel.name }),
      bounds,
    },
  };
}

/** What limits are made of: one peak a run says more of these than a thousand samples. */
const hasRunPeaks: ReadonlySet<ProfileResource> = new Set(["memory", "gpu_memory"]);

const rounding = {
  bytes: Math.round,
  cores: (value: number) => Math.round(value * 10_000) / 10_000,
  count: (value: number) => Math.round(value * 100) / 100,
} as const;

/** Never more than it is. */
export function roundedDown(nEff: number): number {
  return Math.floor(nEff * 10 + 1e-6) / 10;
}

function quantileKeys(
  ascending: Float64Array,
  nEff: number,
  bounds: ResourceWorkings["bounds"],
  round: (value: number) => number,
): Partial<Figures> {
  const keys = Object.entries(quantiles).flatMap(([name, p]) => {
    const bound = bounds[name as Quantile];
    if (nEff < leastSamples(p) || bound === undefined) return [];
    return [
      [name, round(quantile(ascending, p))],
      [`${name}Upper`, round(ascending[bound.rank - 1] ?? NaN)],
    ];
  });
  return Object.fromEntries(keys) as Partial<Figures>;
}

interface Highest {
  readonly value: number;
  readonly name: string;
  readonly seconds: number;
  readonly phase: Phase;
}

/** The largest sample of the phases that count. Where a recording has nothing but its load, that has to do. */
function highestOf(resource: ProfileResource, runs: readonly PhasedRun[]): Highest | undefined {
  const all = runs.flatMap(({ run, phases }) =>
    phaseNames.flatMap((phase) =>
      phases[phase].flatMap((stretch) => {
        const at = highestIn(run.columns[resource], stretch);
        const seconds = at === undefined ? NaN : (run.seconds[at] ?? NaN);
        return at === undefined
          ? []
          : [{ value: run.columns[resource][at] ?? NaN, name: run.name, seconds, phase }];
      }),
    ),
  );
  const counting = profileResource(resource).loadCounts
    ? all
    : all.filter(({ phase }) => phase === "steady");
  return (counting.length === 0 ? all : counting).reduce<Highest | undefined>(
    (best, next) => (best === undefined || next.value > best.value ? next : best),
    undefined,
  );
}

const phaseNames = ["load", "warmup", "steady"] as const;

/** The index of the largest known value. */
export function highestIn(column: Float64Array, [from, to]: Stretch): number | undefined {
  let best: number | undefined;
  for (let at = from; at < to; at++) {
    const value = column[at] ?? NaN;
    if (best === undefined ? !Number.isNaN(value) : value > (column[best] ?? NaN)) best = at;
  }
  return best;
}

function kernelPeakOf(
  runs: readonly PhasedRun[],
): { readonly bytes: number; readonly older: boolean; readonly name: string } | undefined {
  return runs
    .flatMap(({ run }) =>
      run.kernelPeak === undefined ? [] : [{ ...run.kernelPeak, name: run.name }],
    )
    .toSorted((a, b) => b.bytes - a.bytes || Number(a.older) - Number(b.older))[0];
}

function runPeaks(
  resource: ProfileResource,
  runs: readonly PhasedRun[],
  round: (value: number) => number,
): readonly number[] {
  return runs.flatMap((each) => {
    const sampled = highestOf(resource, [each])?.value;
    if (sampled === undefined) return [];
    const kernel = resource === "memory" ? (each.run.kernelPeak?.bytes ?? 0) : 0;
    return [round(Math.max(sampled, kernel))];
  });
}

/** A kill outranks a limit; of limits the first recording's is named. */
function censoredIn(resource: ProfileResource, runs: readonly PhasedRun[]): Figures["censored"] {
  const all = runs.flatMap(({ run }) => run.censored[resource] ?? []);
  return all.find((censor) => "event" in censor) ?? all[0];
}

function part(column: Float64Array, stretches: readonly Stretch[]): Float64Array {
  const parts = stretches.map(([from, to]) => column.subarray(from, to));
  return concatenated(parts);
}

function known(series: readonly Float64Array[]): Float64Array {
  return concatenated(series).filter((value) => !Number.isNaN(value));
}

function concatenated(parts: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(parts.reduce((length, each) => length + each.length, 0));
  let at = 0;
  for (const each of parts) {
    all.set(each, at);
    at += each.length;
  }
  return all;
}
