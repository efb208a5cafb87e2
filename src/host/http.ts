import { createServer, type Server, type ServerOptions } from "node:http";
import type { AddressInfo } from "node:net";
import { connectionLimits, type ConnectionLimits } from "../model/connection-limits.ts";
import type { ListenAddress, Listener, ListenOptions, RequestHandler } from "../model/host.ts";
import { UserError } from "../model/user-error.ts";
import { limitConnections } from "./connections.ts";
import { createTlsServer } from "./tls.ts";

/** Starts listening and resolves once the port is taken; a port in use is the user's to mend. */
export async function listen(
  address: ListenAddress,
  handler: RequestHandler,
  { limits = connectionLimits, tls, onRefused = () => undefined }: ListenOptions = {},
): Promise<Listener> {
  const settings = serverSettings(limits);
  const server =
    tls === undefined
      ? createServer(settings)
      : createTlsServer(settings, tls, limits.handshakeSeconds, onRefused);
  server.maxHeadersCount = limits.headers;
  server.timeout = limits.silenceSeconds * 1000;
  limitConnections(server, limits);
  server.on("request", handler);
  await bound(server, address);
  const { port } = server.address() as AddressInfo;
  const scheme = tls === undefined ? "http" : "https";
  return {
    url: `${scheme}://${bracketed(address.host || "localhost")}:${port}`,
    async close() {
      await new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      });
    },
  };
}

function serverSettings(limits: ConnectionLimits): ServerOptions {
  return {
    maxHeaderSize: limits.headerBytes,
    headersTimeout: limits.headersSeconds * 1000,
    requestTimeout: limits.requestSeconds * 1000,
    keepAliveTimeout: limits.idleSeconds * 1000,
    // Node looks for requests that took too long this often, by default twice a minute.
    connectionsCheckingInterval: 1000,
  };
}

function bound(server: Server, address: ListenAddress): Promise<void> {
  return new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const facts = {
        address: `${bracketed(address.host || "*")}:${address.port}`,
        detail: error.code ?? error.message,
      };
      const code = error.code === "EADDRINUSE" ? "port-in-use" : "cannot-listen";
      reject(new UserError(code, facts, { cause: error }));
    });
    server.listen({ port: address.port, ...(address.host && { host: address.host }) }, resolve);
  });
}

function bracketed(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}
