import { gammaln, quantileSorted } from "simple-statistics";
import { confidence, leastSamples } from "../../model/baseline.ts";

/** The quantile of ascending samples, linear between neighbours (type 7 of Hyndman and Fan). */
export function quantile(ascending: Float64Array, p: number): number {
  return quantileSorted(ascending as unknown as number[], p);
}

/**
 * An upper bound of the true quantile, without any assumption about the distribution: of m independent samples the
 * k-th smallest is at least the p-quantile unless k or more of them lie below it, and their number is binomial.
 * Samples that depend on each other count as fewer: the bound is then the sample at the same share, ⌈n·k/m⌉ of n.
 */
export function upperBound(
  samples: number,
  effective: number,
  p: number,
): { readonly k: number; readonly m: number; readonly rank: number } | undefined {
  const m = Math.min(samples, Math.floor(effective));
  if (m < leastSamples(p)) return undefined;
  const k = smallestRank(m, p);
  // The share is of whole numbers: a fraction of 1e-9 more is noise of the division.
  return { k, m, rank: Math.min(samples, Math.ceil((samples * k) / m - 1e-9)) };
}

/** The smallest k for which P(Binomial(m, p) ≥ k) ≤ 1 − confidence; m at the most. */
function smallestRank(m: number, p: number): number {
  const spread = Math.sqrt(m * p * (1 - p));
  // What lies further out than ten deviations is less than 1e-20.
  const start = Math.min(m, Math.ceil(m * p + 10 * spread + 10));
  let logTerm = logBinomial(m, start, p);
  let tail = 0;
  for (let k = start; k > 0; k--) {
    tail += Math.exp(logTerm);
    if (tail > 1 - confidence) return k + 1;
    logTerm += Math.log((k * (1 - p)) / ((m - k + 1) * p));
  }
  return 1;
}

/** The logarithm of P(Binomial(m, p) = k). */
function logBinomial(m: number, k: number, p: number): number {
  const choose = gammaln(m + 1) - gammaln(k + 1) - gammaln(m - k + 1);
  return choose + k * Math.log(p) + (m - k) * Math.log1p(-p);
}
