import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { ListenAddress, Listener, RequestHandler } from "../model/host.ts";
import { UserError } from "../model/user-error.ts";

/** Starts listening and resolves once the port is taken; a port in use is the user's to mend. */
export async function listen(address: ListenAddress, handler: RequestHandler): Promise<Listener> {
  const server = createServer(handler);
  await new Promise<void>((resolve, reject) => {
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
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${bracketed(address.host || "localhost")}:${port}`,
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

function bracketed(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}
