import assert from "node:assert/strict";
import {
  effectiveSamples,
  pooledEffective,
} from "../../../src/generator/2-profile/effective-samples.ts";
import { autoregressive, normal, seeded } from "../../support/seeded.ts";

const gauss = normal(seeded(42));

/** n_eff of one series, deviations from its own mean. */
function effective(series: Float64Array) {
  const mean = series.reduce((sum, value) => sum + value, 0) / series.length;
  return effectiveSamples(series, mean);
}

/** The mean of n_eff over many series, and the share of them in which it is more than twice the truth. */
function over(repetitions: number, make: () => Float64Array, truth: number) {
  const values = Array.from({ length: repetitions }, () => effective(make()).effective);
  return {
    mean: values.reduce((sum, value) => sum + value, 0) / repetitions,
    farTooMuch: values.filter((value) => value > 2 * truth).length / repetitions,
  };
}

describe("the number of independent samples", () => {
  it("is on the average no more than n(1−ρ)/(1+ρ), and not far less, for AR(1) of known ρ", () => {
    for (const [n, rho] of [
      [300, 0.9],
      [1000, 0.9],
      [300, 0.5],
      [100, 0.9],
      [1000, 0],
    ] as const) {
      const truth = (n * (1 - rho)) / (1 + rho);
      const { mean, farTooMuch } = over(400, () => autoregressive(n, rho, gauss), truth);
      assert.ok(mean <= truth * 1.05, `n ${n}, ρ ${rho}: ${mean} of ${truth}`);
      assert.ok(mean >= truth * 0.75, `n ${n}, ρ ${rho}: ${mean} of ${truth}`);
      assert.ok(farTooMuch < 0.06, `n ${n}, ρ ${rho}: twice too much in ${farTooMuch}`);
    }
  });

  it("is about 16 for ρ = 0.9 and n = 300", () => {
    const { mean } = over(400, () => autoregressive(300, 0.9, gauss), 15.8);
    assert.ok(mean > 13 && mean < 17, String(mean));
  });

  it("sees through noise that lies on a slow movement, which lag 1 alone does not", () => {
    const make = () => {
      const slow = autoregressive(2000, 0.99, gauss);
      return slow.map((value) => value + gauss());
    };
    // The sum over all lags of 0.5 × 0.99^k makes it 2000 / 100; the formula of lag 1 would say 670.
    const { mean } = over(100, make, 20);
    assert.ok(mean < 40, String(mean));
  });

  it("is one for a series that never changes, that only rises, or that is hardly there", () => {
    assert.deepEqual(effective(new Float64Array(500).fill(7)), {
      n: 500,
      effective: 1,
      by: "constant",
    });
    assert.ok(effective(Float64Array.from({ length: 500 }, (_, t) => t)).effective < 4);
    assert.equal(effective(Float64Array.from([1, 2, 1, 2, 1])).effective, 1);
    assert.equal(effective(Float64Array.from([1])).effective, 1);
    assert.equal(effective(new Float64Array(0)).n, 0);
  });

  it("is never more than n, whatever alternates", () => {
    const series = Float64Array.from({ length: 200 }, (_, t) => t % 2);
    assert.equal(effective(series).effective, 200);
  });

  it("leaves out what is not known", () => {
    const series = autoregressive(1000, 0.5, gauss);
    const holes = series.map((value, t) => (t % 5 === 0 ? NaN : value));
    assert.equal(effectiveSamples(holes, 0).n, 800);
    assert.ok(effectiveSamples(holes, 0).effective > 100);
  });

  it("counts a run for less that lies apart from the others", () => {
    const apart = autoregressive(300, 0, gauss).map((value) => value + 20);
    assert.ok(effectiveSamples(apart, 10).effective < 5);
    assert.ok(effectiveSamples(apart, 20).effective > 150);
  });

  it("adds up over runs that are alike, and is held down by a long one that is worth little", () => {
    const run = (n: number, effective: number) => ({ n, effective, by: "lag1" as const });
    assert.equal(Math.round(pooledEffective([run(300, 16), run(300, 16), run(300, 16)])), 48);
    assert.ok(pooledEffective([run(10_000, 10), run(100, 100)]) < 11);
    assert.equal(pooledEffective([]), 0);
  });
});
