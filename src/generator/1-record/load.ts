import { setMaxListeners } from "node:events";
import type { Clock, Host } from "../../model/host.ts";
import { pause } from "../../model/pause.ts";
import { completionOf, completionRequest, type Completion, type LoadPlan } from "./completion.ts";
import { promptText } from "./prompts.ts";
import { createTally, type LoadLine } from "./tally.ts";

/** Requests that are being made. */
export interface Load {
  /** What it has done so far; undefined before its first request is over. */
  readonly line: (t: number) => LoadLine | undefined;
  /** Whether the server has ever answered, which it is waited for. */
  begun(): boolean;
  /** Why the last request that failed did. */
  problem(): string | undefined;
  stop(): Promise<void>;
}

/** What the length of a prompt in tokens is learnt from. */
const fewWords = 16;
const manyWords = 144;
const retrySeconds = 1;

/**
 * Asks a server for completions until it is stopped: waits until it answers at all, learns from its own count of the
 * tokens how many words make the length that is wanted, and then keeps `concurrency` requests under way.
 */
export function startLoad(
  { clock, exchange }: Pick<Host, "exchange"> & { readonly clock: Clock },
  plan: LoadPlan,
): Load {
  const tally = createTally();
  const cancelling = new AbortController();
  const { signal } = cancelling;
  // Every request that is under way listens.
  setMaxListeners(2 * plan.concurrency + 1, signal);
  let begun = false;
  let problem: string | undefined;
  let next = 0;

  async function ask(prompt: string, maxTokens: number): Promise<Completion> {
    const answer = completionOf(await exchange(completionRequest(plan, prompt, maxTokens), signal));
    if (answer.kind === "failed") problem = answer.why;
    return answer;
  }

  /** How many tokens the server makes of so many words; asks until it answers. */
  async function tokensOf(words: number): Promise<number> {
    // Numbered as no other prompt is, so that nothing of it is in the cache when those come.
    const trial = promptText(-words, words);
    while (!signal.aborted) {
      const answer = await ask(trial, 1);
      if (answer.kind === "completed") return answer.promptTokens ?? words;
      await pause(clock, retrySeconds, signal);
    }
    return words;
  }

  /** Words of a prompt of the length that is wanted: whatever a template adds to each is told apart by two lengths. */
  async function learnLength(): Promise<number> {
    const [few, many] = [await tokensOf(fewWords), await tokensOf(manyWords)];
    const perWord = Math.max(0.1, (many - few) / (manyWords - fewWords));
    const added = few - perWord * fewWords;
    return Math.max(1, Math.round((plan.promptTokens - added) / perWord));
  }

  async function work(words: number, began: number): Promise<void> {
    while (!signal.aborted) {
      const number = next++;
      if (plan.rate !== undefined) {
        const early = began + number / plan.rate - clock.monotonicSeconds();
        if (early > 0) await pause(clock, early, signal);
      }
      const prompt = number % plan.distinctPrompts;
      const asked = clock.monotonicSeconds();
      const answer = await ask(promptText(prompt, words), plan.maxTokens);
      const took = clock.monotonicSeconds() - asked;
      if (answer.kind === "completed")
        tally.completed(prompt, took, answer.tokens, answer.promptTokens);
      else if (answer.kind === "failed") {
        tally.failed();
        // A server that is gone must not be asked as fast as it refuses.
        await pause(clock, retrySeconds, signal);
      }
    }
  }

  async function run(): Promise<void> {
    const words = await learnLength();
    if (cancelling.signal.aborted) return;
    begun = true;
    const began = clock.monotonicSeconds();
    await Promise.all(Array.from({ length: plan.concurrency }, () => work(words, began)));
  }

  const running = run();
  return {
    line: (t) => tally.line(t),
    begun: () => begun,
    problem: () => problem,
    async stop() {
      cancelling.abort();
      await running;
    },
  };
}
