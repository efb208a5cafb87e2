/**
 * Asks `look` again and again until it gives something, and resolves to that; to undefined when the time is over
 * or `giveUp` says that waiting is pointless. An error thrown by `look` means not yet.
 */
export async function waitUntil<T>(
  look: () => Promise<T | undefined> | T | undefined,
  options: {
    readonly timeoutSeconds: number;
    readonly everyMs?: number;
    readonly giveUp?: () => boolean;
  },
): Promise<T | undefined> {
  const deadline = performance.now() + options.timeoutSeconds * 1000;
  while (performance.now() < deadline && !options.giveUp?.()) {
    try {
      const found = await look();
      if (found !== undefined) return found;
    } catch {
      // A server that is not up yet refuses connections.
    }
    await new Promise((resolve) => setTimeout(resolve, options.everyMs ?? 100));
  }
  return undefined;
}

/** Waits until a server answers a GET with 200; false when it does not in time or `giveUp` says so. */
export async function answers(
  url: string,
  timeoutSeconds: number,
  giveUp: () => boolean = () => false,
): Promise<boolean> {
  const look = async () =>
    (await fetch(url, { signal: AbortSignal.timeout(2_000) })).ok ? true : undefined;
  return (await waitUntil(look, { timeoutSeconds, giveUp })) === true;
}
