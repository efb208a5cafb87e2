import { gradeTakes, isUnderLoad } from "../../model/baseline.ts";
import type { Grade, Profile } from "../../model/profile.ts";

/** How sure a scenario is. */
export interface Confidence {
  readonly grade: Grade;
  /** In words. */
  readonly why: string;
}

export interface Evidence {
  readonly runs: number;
  readonly nEff: number;
  /** The resource whose samples were counted. */
  readonly counted: string;
  readonly censored: boolean;
  readonly growing: boolean;
  /** Load was counted, and it was too little to fill the caches. */
  readonly cachesNotFull: boolean;
}

/**
 * A takes three runs and 299 independent samples, B two runs or 59. A peak that a limit cut off, or that was still
 * rising, is no peak: then it is C, whatever the numbers.
 */
export function gradeOf(evidence: Evidence): Confidence {
  const { runs, nEff, counted, censored, growing, cachesNotFull } = evidence;
  const base: Grade =
    runs >= gradeTakes.A.runs && nEff >= gradeTakes.A.nEff
      ? "A"
      : runs >= gradeTakes.B.runs || nEff >= gradeTakes.B.nEff
        ? "B"
        : "C";
  const reasons = [
    ...(censored ? ["its memory peak was cut off by a limit, so the true one is not known"] : []),
    ...(growing ? ["memory was still growing when most of it ended"] : []),
  ];
  const caches = cachesNotFull
    ? ["it sent too few different prompts to fill the prompt cache, so memory may yet grow"]
    : [];
  const numbers = `${runs} ${runs === 1 ? "run" : "runs"} and ${samplesOf(nEff)} of ${counted}`;
  const lacking = base === "A" ? "" : `; ${base === "B" ? "A takes 3 and 299" : "B takes 2 or 59"}`;
  return {
    grade: reasons.length > 0 ? "C" : base,
    why: [...reasons, ...caches, `${numbers}${lacking}`].join("; "),
  };
}

function samplesOf(nEff: number): string {
  const whole = Math.floor(nEff);
  return `${whole} independent ${whole === 1 ? "sample" : "samples"}`;
}

/** A profile is as sure as the least sure of the scenarios under load: what is idle says nothing about a peak. */
export function gradeOfAll(
  scenarios: Readonly<Record<string, Confidence>>,
  mixed: readonly string[],
): Confidence {
  const underLoad = Object.entries(scenarios).filter(([name]) => isUnderLoad(name));
  if (mixed.length > 0) {
    const what = mixed.join(", ");
    return {
      grade: "C",
      why: `recordings differ in ${what}, which moves every figure: keep those of one kind`,
    };
  }
  const [weakest] = underLoad.toSorted(([, a], [, b]) => order(b.grade) - order(a.grade));
  if (weakest === undefined) return { grade: "C", why: "no scenario under load was recorded" };
  const [name, { grade, why }] = weakest;
  return { grade, why: `${name}: ${why}` };
}

function order(grade: Profile["grade"]): number {
  return "ABC".indexOf(grade);
}
