import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** Something on loopback that answers like an exporter, with whatever text it is given at each scrape. */
export interface HistoryTarget {
  /** HOST:PORT. */
  readonly address: string;
  close(): Promise<void>;
}

/** Serves what `text` gives; it is asked anew at each scrape. */
export async function startTarget(text: () => string): Promise<HistoryTarget> {
  const server = createServer((_, response) => {
    response.setHeader("content-type", "text/plain; version=0.0.4");
    response.end(text());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
