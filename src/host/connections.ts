import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { ConnectionLimits } from "../model/connection-limits.ts";

interface Connection {
  readonly socket: Socket;
  /** Requests being answered. */
  open: number;
  /** Requests ever made on it. */
  requests: number;
}

/**
 * Holds a server to so many connections, and each to so many requests. Refusing the newest connection would let
 * whoever opens many and says nothing lock everybody else out; so the oldest that never made a request makes room,
 * else the oldest that waits for its next. Only when every one is being answered is the newest refused.
 */
export function limitConnections(
  server: Server,
  { maxConnections, requestsPerConnection }: ConnectionLimits,
): void {
  // In order of age. With TLS, requests know another socket object than connections do, but not another peer.
  const connections = new Map<string, Connection>();

  server.on("connection", (socket: Socket) => {
    if (maxConnections > 0 && connections.size >= maxConnections) {
      const waiting = [...connections].filter(([, { open }]) => open === 0);
      const leastMissed = waiting.find(([, { requests }]) => requests === 0) ?? waiting[0];
      if (leastMissed === undefined) {
        socket.destroy();
        return;
      }
      connections.delete(leastMissed[0]);
      leastMissed[1].socket.destroy();
    }
    const peer = peerOf(socket);
    const connection: Connection = { socket, open: 0, requests: 0 };
    connections.set(peer, connection);
    socket.once("close", () => {
      if (connections.get(peer) === connection) connections.delete(peer);
    });
  });
  server.on("request", (request: IncomingMessage, response: ServerResponse) => {
    const connection = connections.get(peerOf(request.socket));
    if (connection === undefined) return;
    connection.requests += 1;
    connection.open += 1;
    // Node's own maxRequestsPerSocket tells the client to close, and waits for it to do so.
    if (connection.requests >= requestsPerConnection) response.shouldKeepAlive = false;
    // Once the answer is written the client has only to read it; one that does not is as good as waiting.
    let counted = true;
    const done = () => {
      if (counted) connection.open -= 1;
      counted = false;
    };
    response.once("prefinish", done).once("close", done);
  });
}

function peerOf({ remoteAddress, remotePort, localAddress }: Socket): string {
  return `${remoteAddress} ${remotePort} ${localAddress}`;
}
