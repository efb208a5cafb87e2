/** Runs `work` unless too much runs already; undefined says that it does. */
export type Gate = <T>(work: () => Promise<T>) => Promise<T | undefined>;

/** At most so many at a time; 0 is no limit. What is too much is refused at once, never queued. */
export function createGate(most: number): Gate {
  let running = 0;
  return async (work) => {
    if (most > 0 && running >= most) return undefined;
    running += 1;
    try {
      return await work();
    } finally {
      running -= 1;
    }
  };
}

/**
 * A look that several may share: whoever asks while one is in flight gets that one, and nobody gets one that had
 * ended before they asked. Figures are so never older than a look takes.
 */
export function inSingleFlight<T>(look: () => Promise<T>): () => Promise<T> {
  let flight: Promise<T> | undefined;
  return () => {
    flight ??= look().finally(() => {
      flight = undefined;
    });
    return flight;
  };
}
