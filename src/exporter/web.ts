import { connectionLimits } from "../model/connection-limits.ts";
import type { Host, ListenAddress, Listener, RequestHandler } from "../model/host.ts";
import type { Log } from "../model/log.ts";
import type { View } from "../model/view.ts";
import { createAdmission } from "./4-expose/admission.ts";
import { createGate, inSingleFlight } from "./4-expose/in-flight.ts";
import type { ServerOptions } from "./4-expose/server.ts";
import { followWebConfig, type WebConfigSource } from "./web-config.ts";

/** Where the exporter is reached, by whom, and how much they may ask of it. */
export interface WebOptions {
  readonly addresses: readonly ListenAddress[];
  /** Requests for figures at a time; 0 is no limit. */
  readonly maxRequests: number;
  /** Connections of each address; 0 is no limit. */
  readonly maxConnections: number;
  readonly timeoutOffsetSeconds: number;
  readonly webConfig?: WebConfigSource;
}

/** Makes the server for one address, given what all of them share. */
export type MakeServer = (
  look: () => Promise<View>,
  shared: Pick<ServerOptions, "loopbackOnly" | "entrance" | "limits">,
) => RequestHandler;

/** Listens on every address, or on none; the limits hold for all of them together. */
export async function openWeb(
  host: Host,
  options: WebOptions,
  look: () => Promise<View>,
  makeServer: MakeServer,
  log: Log,
): Promise<readonly Listener[]> {
  const { webConfig, maxConnections } = options;
  const web = webConfig && followWebConfig(webConfig, host.files, log);
  const initialTls = web?.().tls;
  const sharedLook = inSingleFlight(look);
  const shared = {
    limits: {
      gate: createGate(options.maxRequests),
      offsetSeconds: options.timeoutOffsetSeconds,
      clock: host.clock,
    },
    ...(web && {
      entrance: {
        web,
        admit: createAdmission(
          (password, hash) => host.checkPassword(password, hash),
          () => host.clock.monotonicSeconds(),
        ),
      },
    }),
  };
  const listeners: Listener[] = [];
  try {
    for (const address of options.addresses) {
      const server = makeServer(sharedLook, {
        ...shared,
        loopbackOnly: isLoopback(address.host),
      });
      const listener = await host.listen(address, server, {
        limits: { ...connectionLimits, maxConnections },
        ...(web && initialTls && { tls: () => web().tls ?? initialTls }),
        onRefused(detail) {
          log.write("debug", "a TLS connection came to nothing", { detail });
        },
      });
      listeners.push(listener);
    }
  } catch (error) {
    for (const listener of listeners) await listener.close();
    throw error;
  }
  return listeners;
}

function isLoopback(name: string): boolean {
  return name === "localhost" || name === "::1" || name.startsWith("127.");
}
