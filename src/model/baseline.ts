import type { Profile } from "./profile.ts";
import type { Phases, Run } from "./run.ts";

/** A profile, and everything that is needed to say how each of its numbers came to be. */
export interface Baseline<Name extends string = string> {
  readonly profile: Profile;
  readonly scenarios: readonly ScenarioWorkings<Name>[];
}

export interface ScenarioWorkings<Name extends string = string> {
  readonly name: string;
  /** In order of time. */
  readonly runs: readonly { readonly run: Run<Name>; readonly phases: Phases }[];
  readonly resources: Readonly<Partial<Record<Name, ResourceWorkings>>>;
}

/** How one resource of one scenario came to be. */
export interface ResourceWorkings {
  /** By run, in their order. */
  readonly effective: readonly {
    readonly name: string;
    readonly n: number;
    readonly rho?: number;
    readonly effective: number;
    readonly by: "lag1" | "lags" | "constant";
  }[];
  /** The largest sample: in which recording, at which second of it, in which phase. */
  readonly highest: {
    readonly name: string;
    readonly seconds: number;
    readonly phase: string;
  };
  /** The recording in which the kernel's mark was highest. */
  readonly kernelPeakIn?: string;
  /** How each bound was found: the k-th of m independent samples, which is the sample of that rank. */
  readonly bounds: Readonly<
    Partial<Record<Quantile, { readonly k: number; readonly m: number; readonly rank: number }>>
  >;
}

/** The quantiles a profile may have. */
export const quantiles = { p50: 0.5, p95: 0.95, p99: 0.99 } as const;
export type Quantile = keyof typeof quantiles;

/** Every bound is one-sided and holds with this probability. */
export const confidence = 0.95;

/**
 * How many independent samples a quantile needs before the largest of them exceeds it with 95 % probability:
 * 1 − pⁿ ≥ 0.95. That is 5 for the median, 59 for p95, 299 for p99. Below it a quantile is a guess, and is not printed.
 */
export function leastSamples(p: number): number {
  return Math.ceil(Math.log(1 - confidence) / Math.log(p));
}

/** What a grade asks for, in every scenario under load: A takes both, B takes one of them. */
export const gradeTakes = { A: { runs: 3, nEff: 299 }, B: { runs: 2, nEff: 59 } } as const;

/** Whether a scenario says what the workload takes at work: what is idle says nothing about a peak. */
export function isUnderLoad(scenario: string): boolean {
  return scenario !== "import" && scenario !== "idle";
}
