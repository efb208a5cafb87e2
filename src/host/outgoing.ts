import { type ClientRequest, request as plainRequest } from "node:http";
import { request as tlsRequest } from "node:https";
import type { Destination } from "../model/exchange.ts";

/**
 * Begins a request on a connection of its own. Follows no redirect, and asks no proxy that the environment may name: an
 * agent of one's own does not read it.
 */
export function begin(to: Destination, body: string | undefined): ClientRequest {
  const { url, headers, socketPath, authorities, serverName } = to;
  const send = url.startsWith("https:") ? tlsRequest : plainRequest;
  return send(url, {
    agent: false,
    method: body === undefined ? "GET" : "POST",
    headers: {
      ...headers,
      ...(body !== undefined && { "content-length": Buffer.byteLength(body) }),
      connection: "close",
    },
    ...(socketPath !== undefined && { socketPath }),
    ...(authorities !== undefined && { ca: authorities }),
    ...(serverName !== undefined && { servername: serverName }),
  });
}
