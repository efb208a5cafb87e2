import type { MlxServer } from "./mlx-server.ts";

/**
 * Asks a server one question after the other, none of them twice, until it is told to stop. A server that keeps what
 * each prompt left grows by that.
 */
export function putLoadOn(server: MlxServer, pauseMilliseconds = 50): () => Promise<void> {
  const stopping = new AbortController();
  let asked = 0;
  const asking = (async () => {
    while (!stopping.signal.aborted) {
      asked += 1;
      const prompt = `${asked} ${"tell me more ".repeat(20 + (asked % 5) * 10)}`;
      // One that was cut short by the server's end is no failure of the load.
      await server.complete(prompt, 4 + (asked % 3) * 8).catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, pauseMilliseconds * (1 + (asked % 5))));
    }
  })();
  return async () => {
    stopping.abort();
    await asking;
  };
}
