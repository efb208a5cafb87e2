import assert from "node:assert/strict";
import { effectiveSamples } from "../../../src/generator/2-profile/effective-samples.ts";
import { quantile, upperBound } from "../../../src/generator/2-profile/order-statistics.ts";
import { leastSamples, quantiles } from "../../../src/model/baseline.ts";
import { autoregressive, normal, seeded } from "../../support/seeded.ts";

/** The quantiles of the standard normal distribution. */
const truth = { p50: 0, p95: 1.6448536, p99: 2.3263479 } as const;

/** How often each bound was printed, and in which share of these the true quantile was not above it. */
function coverage(n: number, rho: number, repetitions: number, seed: number) {
  const gauss = normal(seeded(seed));
  const printed = { p50: 0, p95: 0, p99: 0 };
  const held = { p50: 0, p95: 0, p99: 0 };
  for (let repetition = 0; repetition < repetitions; repetition++) {
    const series = autoregressive(n, rho, gauss);
    const mean = series.reduce((sum, value) => sum + value, 0) / n;
    const { effective } = effectiveSamples(series, mean);
    const ascending = series.toSorted();
    for (const name of ["p50", "p95", "p99"] as const) {
      const bound = upperBound(n, effective, quantiles[name]);
      if (bound === undefined) continue;
      printed[name] += 1;
      if ((ascending[bound.rank - 1] ?? NaN) >= truth[name]) held[name] += 1;
    }
  }
  return { printed, held };
}

describe("order statistics", function () {
  this.timeout(30_000);

  // 0.92 is the nominal 0.95 less three points; less than 100 cases tell nothing.
  for (const [n, rho] of [
    [300, 0],
    [1000, 0],
    [300, 0.9],
    [1000, 0.9],
  ] as const) {
    it(`bound the true quantile as often as they say: n = ${n}, ρ = ${rho}`, () => {
      const { printed, held } = coverage(n, rho, 1500, n + rho * 10);
      assert.ok(printed.p50 > 1000);
      for (const name of ["p50", "p95", "p99"] as const) {
        if (printed[name] < 100) continue;
        const share = held[name] / printed[name];
        assert.ok(share >= 0.92, `${name}: ${share} of ${printed[name]}`);
      }
    });
  }

  it("bound the true p95 of AR(1) as well where there are samples enough for it", () => {
    const { printed, held } = coverage(4000, 0.9, 300, 5);
    assert.ok(printed.p95 > 250);
    assert.ok(held.p95 / printed.p95 >= 0.92);
  });

  it("bound nothing that the samples do not carry: ρ = 0.9, n = 300 has no p95", () => {
    const { printed } = coverage(300, 0.9, 500, 6);
    assert.deepEqual([printed.p95, printed.p99], [0, 0]);
  });

  it("take 5, 59 and 299 independent samples, and not one less", () => {
    assert.deepEqual(Object.values(quantiles).map(leastSamples), [5, 59, 299]);
    assert.equal(upperBound(1000, 58.9, 0.95), undefined);
    assert.deepEqual(upperBound(59, 59, 0.95), { k: 59, m: 59, rank: 59 });
    assert.deepEqual(upperBound(1000, 59.9, 0.95), { k: 59, m: 59, rank: 1000 });
  });

  it("are the ranks that tables have: number 37 of 59 for the median, 99 of 100 for p95", () => {
    // P(Binomial(59, 0.5) ≥ 37) = 0.034, ≥ 36 = 0.059; P(Binomial(100, 0.95) ≥ 99) = 0.037, ≥ 98 = 0.118.
    assert.equal(upperBound(59, 59, 0.5)?.k, 37);
    assert.equal(upperBound(100, 100, 0.95)?.k, 99);
    assert.equal(upperBound(1_000_000, 1_000_000, 0.5)?.k, 500_823);
  });

  it("are linear between neighbours", () => {
    assert.equal(quantile(Float64Array.from([1, 2, 3, 4]), 0.5), 2.5);
    assert.equal(quantile(Float64Array.from([1, 2, 3, 4, 5]), 0.95), 4.8);
  });
});
