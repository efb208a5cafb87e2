import type { RecordingLine } from "../../model/recording.ts";

export type LoadLine = Extract<RecordingLine, { kind: "load" }>;

/** Counts what a load does. */
export interface Tally {
  completed(prompt: number, seconds: number, tokens?: number, promptTokens?: number): void;
  failed(): void;
  /** All of it so far; undefined before the first request is over. */
  line(t: number): LoadLine | undefined;
}

export function createTally(): Tally {
  const latencies: number[] = [];
  const prompts = new Set<number>();
  const sums = { errors: 0, tokens: 0, promptTokens: 0 };
  let counted = { tokens: false, promptTokens: false };
  return {
    completed(prompt, seconds, tokens, promptTokens) {
      prompts.add(prompt);
      latencies.push(Math.round(seconds * 1e6) / 1e6);
      sums.tokens += tokens ?? 0;
      sums.promptTokens += promptTokens ?? 0;
      counted = {
        tokens: counted.tokens || tokens !== undefined,
        promptTokens: counted.promptTokens || promptTokens !== undefined,
      };
    },
    failed() {
      sums.errors += 1;
    },
    line(t) {
      const requests = latencies.length + sums.errors;
      if (requests === 0) return undefined;
      const sorted = Float64Array.from(latencies).sort();
      return {
        kind: "load",
        t,
        requests,
        errors: sums.errors,
        ...(counted.tokens && { tokens: sums.tokens }),
        ...(counted.promptTokens && { promptTokens: sums.promptTokens }),
        distinctPrompts: prompts.size,
        ...(sorted.length > 0 && {
          latencyP50: atQuantile(sorted, 0.5),
          latencyP95: atQuantile(sorted, 0.95),
          latencyMax: sorted.at(-1),
        }),
      };
    },
  };
}

/** The nearest rank: always a latency that was measured. */
function atQuantile(sorted: Float64Array, quantile: number): number {
  return sorted[Math.ceil(quantile * sorted.length) - 1] ?? 0;
}
