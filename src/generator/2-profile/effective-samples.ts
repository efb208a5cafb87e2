/** What a run's samples are worth, and how that came to be. */
export interface EffectiveSamples {
  /** Samples that are known. */
  readonly n: number;
  /** Autocorrelation at lag 1, its bias in short series taken out; absent where the samples never change. */
  readonly rho?: number;
  /** How many independent samples they are worth: 1 at the least, n at the most. */
  readonly effective: number;
  /** What decided: `lag1` is n(1−ρ)/(1+ρ), `lags` the sum over longer lags, `constant` a series that says nothing of itself. */
  readonly by: "lag1" | "lags" | "constant";
}

/**
 * n_eff = n(1−ρ)/(1+ρ) of one run, with two guards against saying too much.
 *
 * The usual estimate of ρ from n samples is too small by about (1+4ρ)/n (Marriott and Pope, Kendall 1954), which is
 * solved for ρ. And where noise lies on a slow movement, lag 1 sees the noise alone: ρ is then small though the
 * samples hang together for minutes. So n/(1+2Σρₖ) is asked too, summed over lags 1, 2, 4, … until one is no larger
 * than chance would make it, and the smaller answer counts.
 *
 * A series that never changes has no autocorrelation, and may be a step that has not come yet: it counts as one
 * sample. So does one whose ρ is 1 or more. Deviations are from `mean`, that of all runs of the scenario: a run that
 * lies apart from the others then hangs together more, and counts for less. NaN is a sample that is not known.
 */
export function effectiveSamples(series: Float64Array, mean: number): EffectiveSamples {
  const known = series.reduce((count, value) => (Number.isNaN(value) ? count : count + 1), 0);
  const variance = sumOfProducts(series, 0, mean);
  if (known < 2 || isConstant(series)) return { n: known, effective: 1, by: "constant" };
  const at = (lag: number) => sumOfProducts(series, lag, mean) / variance;

  const rho = withoutBias(at(1), known);
  // Neighbours that differ on purpose are no reason to count more than there are.
  const byLag1 = rho <= 0 ? known : rho >= 1 ? 1 : (known * (1 - rho)) / (1 + rho);
  const byLags = known / (1 + 2 * sumOfLags(at, known));
  const effective = Math.max(1, Math.min(byLag1, byLags));
  return { n: known, rho, effective, by: byLags < byLag1 ? "lags" : "lag1" };
}

/** Of runs of one scenario, pooled: N²/Σ(nᵢ²/mᵢ). It is Σmᵢ where runs are alike, and less where a long one is worth little. */
export function pooledEffective(runs: readonly EffectiveSamples[]): number {
  const known = runs.filter(({ n }) => n > 0);
  const total = known.reduce((sum, { n }) => sum + n, 0);
  const spread = known.reduce((sum, { n, effective }) => sum + n ** 2 / effective, 0);
  return spread === 0 ? 0 : total ** 2 / spread;
}

/**
 * Solves ρ̂ = ρ − (1+4ρ)/n for ρ. In a short series the estimate also scatters widely, and where it is too small by
 * chance a bound would be printed that does not hold: up to 30 samples a standard error of √((1−ρ²)/n) is added,
 * beyond that 30/n of one.
 */
function withoutBias(estimate: number, n: number): number {
  if (n <= 8) return 1;
  const rho = (estimate + 1 / n) / (1 - 4 / n);
  return rho >= 1 ? 1 : rho + Math.sqrt(Math.max(0, 1 - rho ** 2) / n) * Math.min(1, 30 / n);
}

/** Σρₖ by trapezoids between the lags 1, 2, 4, …: as autocorrelations fall ever more slowly, that is not too little. */
function sumOfLags(at: (lag: number) => number, n: number): number {
  const chance = 1.645 / Math.sqrt(n);
  let sum = 0;
  let [lag, rho] = [1, at(1)];
  if (rho <= chance) return 0;
  sum += rho;
  while (lag * 2 < n / 2) {
    const next = at(lag * 2);
    if (next <= chance) {
      // It falls to nothing somewhere before the next lag.
      sum += (Math.max(0, next) + rho) * lag * 0.5;
      break;
    }
    sum += ((rho + next) * lag) / 2;
    lag *= 2;
    rho = next;
  }
  return sum;
}

/** Σ(xₜ−mean)(xₜ₊ₗ−mean) over pairs that are both known. */
function sumOfProducts(series: Float64Array, lag: number, mean: number): number {
  let sum = 0;
  for (let t = lag; t < series.length; t++) {
    const product = ((series[t] ?? NaN) - mean) * ((series[t - lag] ?? NaN) - mean);
    if (!Number.isNaN(product)) sum += product;
  }
  return sum;
}

function isConstant(series: Float64Array): boolean {
  const first = series.find((value) => !Number.isNaN(value));
  return series.every((value) => value === first || Number.isNaN(value));
}
