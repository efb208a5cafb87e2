import { profileResourceNames, type ProfileResource } from "../../catalog/profile-resources.ts";
import type { ResourceWorkings, ScenarioWorkings } from "../../model/baseline.ts";
import type { Figures, Profile } from "../../model/profile.ts";
import type { Phase, Stretch } from "../../model/run.ts";
import { figuresOf, highestIn, roundedDown, type PhasedRun } from "./figures.ts";
import { gradeOf } from "./grade.ts";

type Scenario = Profile["figures"]["scenarios"][string];

/** Runs of one scenario → its figures, and how they came to be. */
export function scenarioOf(
  name: string,
  runs: readonly PhasedRun[],
):
  | { readonly scenario: Scenario; readonly workings: ScenarioWorkings<ProfileResource> }
  | undefined {
  const n = runs.reduce((sum, { run }) => sum + run.seconds.length, 0);
  if (n === 0) return undefined;
  const resources: Partial<Record<ProfileResource, Figures>> = {};
  const workings: Partial<Record<ProfileResource, ResourceWorkings>> = {};
  for (const resource of profileResourceNames) {
    const made = figuresOf(resource, runs);
    if (made === undefined) continue;
    resources[resource] = made.figures;
    workings[resource] = made.workings;
  }
  const [counted, nEff] = countedBy(resources);
  const confidence = gradeOf({
    runs: runs.length,
    nEff,
    counted,
    censored: resources.memory?.censored !== undefined,
    growing: runs.filter(({ phases }) => phases.growing).length * 2 > runs.length,
    cachesNotFull:
      runs.some(({ run }) => run.load !== undefined) &&
      runs.every(({ run }) => run.cachesFull === undefined),
  });
  const load = loadOf(runs);
  return {
    scenario: {
      runs: runs.length,
      n,
      ...(nEff > 0 && { nEff: roundedDown(nEff) }),
      ...confidence,
      phases: phasesOfAll(runs),
      ...(load !== undefined && { load }),
      resources,
    },
    workings: { name, runs, resources: workings },
  };
}

/** Memory, for limits are made of it; without it the resource that has the fewest independent samples. */
function countedBy(
  resources: Readonly<Partial<Record<ProfileResource, Figures>>>,
): readonly [name: string, nEff: number] {
  const counts = Object.entries(resources).map(([name, { nEff }]) => [name, nEff ?? 0] as const);
  const memory = counts.find(([name]) => name === "memory");
  return memory ?? counts.toSorted(([, a], [, b]) => a - b)[0] ?? ["memory", 0];
}

function loadOf(runs: readonly PhasedRun[]): Scenario["load"] {
  const loads = runs.flatMap(({ run }) => run.load ?? []);
  if (loads.length === 0) return undefined;
  const distinct = loads.flatMap(({ distinctPrompts }) => distinctPrompts ?? []);
  return {
    requests: loads.reduce((sum, { requests }) => sum + requests, 0),
    errors: loads.reduce((sum, { errors }) => sum + errors, 0),
    // Runs may send the same prompts: the most of one run is known, a sum is not.
    ...(distinct.length > 0 && { distinctPrompts: Math.max(...distinct) }),
  };
}

function phasesOfAll(runs: readonly PhasedRun[]): Scenario["phases"] {
  return Object.fromEntries(
    (["load", "warmup", "steady"] as const).flatMap((phase) => {
      const made = phaseOf(phase, runs);
      return made === undefined ? [] : [[phase, made]];
    }),
  );
}

function phaseOf(phase: Phase, runs: readonly PhasedRun[]) {
  const n = runs.reduce((sum, { phases }) => sum + lengthOf(phases[phase]), 0);
  if (n === 0) return undefined;
  const most = (resource: ProfileResource) =>
    runs
      .flatMap(({ run, phases }) =>
        phases[phase].flatMap((stretch) => {
          const at = highestIn(run.columns[resource], stretch);
          return at === undefined ? [] : [run.columns[resource][at] ?? NaN];
        }),
      )
      .reduce<number | undefined>(
        (best, value) => (value <= (best ?? -1) ? best : value),
        undefined,
      );
  const [memory, gpu, cpu] = [most("memory"), most("gpu_memory"), most("cpu")];
  return {
    seconds: Math.round(
      Math.max(...runs.map(({ run, phases }) => secondsOf(run.seconds, phases[phase]))),
    ),
    n,
    ...(memory !== undefined && { memoryMax: memory }),
    ...(gpu !== undefined && { gpuMemoryMax: gpu }),
    ...(cpu !== undefined && { cpuMax: Math.round(cpu * 10_000) / 10_000 }),
  };
}

function lengthOf(stretches: readonly Stretch[]): number {
  return stretches.reduce((sum, [from, to]) => sum + to - from, 0);
}

/** From the first sample of a stretch to the one that begins the next. */
function secondsOf(seconds: Float64Array, stretches: readonly Stretch[]): number {
  return stretches.reduce((sum, [from, to]) => {
    const end = seconds[Math.min(to, seconds.length - 1)] ?? 0;
    return sum + end - (seconds[from] ?? 0);
  }, 0);
}
