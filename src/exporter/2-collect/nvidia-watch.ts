import type { Clock } from "../../model/host.ts";
import type { Nvml, NvmlAnswer } from "../../model/nvml.ts";
import { within } from "../../model/within.ts";

/** Samples of NVML for whoever looks, none of whom waits for one that hangs. */
export interface NvmlWatch {
  /** A sample of now, or one that is a few seconds old where they take long; else that NVML is blocked. */
  look(): Promise<{ readonly answer: NvmlAnswer; readonly seconds: number }>;
  /** Call once a second. */
  tick(): void;
  close(): void;
}

/** A sample that came too late for the look it was taken for serves those of the next few seconds. */
const freshSeconds = 5;

/**
 * Takes a sample for each look, and a first one before any, so that the driver is open by then. One look waits for
 * it, at most `patienceSeconds`: when a call hangs that look is late, and the others find nothing at once. Old values are never given: beyond a few seconds they
 * are absent. `tell` hears when things change.
 */
export function createNvmlWatch(
  clock: Clock,
  nvml: Nvml,
  patienceSeconds: number,
  tell: (answer: NvmlAnswer) => void,
): NvmlWatch {
  let latest: { readonly answer: NvmlAnswer; readonly at: number } | undefined;
  let open: { readonly done: Promise<void>; waitedFor: boolean } | undefined;
  /** Where samples take longer than a look waits they are taken between looks too. */
  let slow = false;
  let told: string | undefined;

  function news(answer: NvmlAnswer): NvmlAnswer {
    const key = answer.kind === "sampled" ? answer.kind : JSON.stringify(answer);
    if (key !== told) tell(answer);
    told = key;
    return answer;
  }

  function ask(): void {
    if (open !== undefined) return;
    const since = clock.monotonicSeconds();
    const done = nvml.sample().then((answer) => {
      const at = clock.monotonicSeconds();
      slow = answer.kind === "sampled" && at - since > patienceSeconds;
      latest = { answer: news(answer), at };
      open = undefined;
    });
    open = { done, waitedFor: false };
  }

  return {
    async look() {
      const began = clock.monotonicSeconds();
      ask();
      if (open?.waitedFor === false) {
        open.waitedFor = true;
        await within(clock, open.done, patienceSeconds);
      }
      const now = clock.monotonicSeconds();
      const fresh = latest !== undefined && now - latest.at <= freshSeconds ? latest : undefined;
      return { answer: fresh?.answer ?? news({ kind: "blocked" }), seconds: now - began };
    },
    tick() {
      const age = clock.monotonicSeconds() - (latest?.at ?? -Infinity);
      if (latest === undefined || (slow && age >= freshSeconds - 1)) ask();
    },
    close() {
      nvml.close();
    },
  };
}
