/** Random numbers that are the same at every run (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** Standard normal numbers (Box and Muller). */
export function normal(random: () => number): () => number {
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** A stationary AR(1) series of variance 1: each value is ρ times the one before, and noise. */
export function autoregressive(n: number, rho: number, gauss: () => number): Float64Array {
  const series = new Float64Array(n);
  let value = gauss();
  for (let t = 0; t < n; t++) {
    series[t] = value;
    value = rho * value + Math.sqrt(1 - rho * rho) * gauss();
  }
  return series;
}
