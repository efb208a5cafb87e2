import { readFileSync } from "node:fs";
import type { RequestListener } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import type { Identity } from "./test-authority.ts";

/** A server on loopback that stands in for another one. */
export interface TlsStandIn {
  readonly url: string;
  /** Cuts every connection. */
  readonly cut: () => void;
  readonly stop: () => Promise<void>;
}

export async function startTlsStandIn(
  identity: Identity,
  answer: RequestListener,
): Promise<TlsStandIn> {
  const sockets = new Set<Socket>();
  const server = createServer(
    { cert: readFileSync(identity.certificateFile), key: readFileSync(identity.keyFile) },
    answer,
  );
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    socket.on("error", () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const cut = () => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  return {
    url: `https://127.0.0.1:${port}`,
    cut,
    async stop() {
      const closed = new Promise<void>((resolve) =>
        server.close(() => {
          resolve();
        }),
      );
      cut();
      await closed;
    },
  };
}
