import type { Clock } from "./host.ts";

/** Waits for so many seconds, or until `signal` says that nobody waits any more; leaves no timer behind. */
export function pause(clock: Clock, seconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const end = () => {
      stop();
      signal.removeEventListener("abort", end);
      resolve();
    };
    const stop = clock.every(Math.max(seconds, 0.001), end);
    signal.addEventListener("abort", end);
  });
}
