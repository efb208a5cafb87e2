import { connect, type Socket } from "node:net";
import { waitUntil } from "../../lab/wait-until.ts";

/** A connection that a test writes to byte by byte. */
export interface RawConnection {
  readonly socket: Socket;
  /** What came back so far. */
  text(): string;
  /** Waits until what came back matches; false when it never does. */
  until(pattern: RegExp): Promise<boolean>;
  /** Waits until it has been ended; false when it never is. */
  untilClosed(): Promise<boolean>;
}

/** Connects to a server's URL and writes; resolves when the connection is there. */
export async function rawConnection(url: string, text = ""): Promise<RawConnection> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  let received = "";
  // A connection that the server drops may end with an error, or without.
  socket.setEncoding("utf8").on("error", () => undefined);
  socket.on("data", (chunk: string) => (received += chunk));
  const holds = async (look: () => boolean) =>
    (await waitUntil(() => look() || undefined, { timeoutSeconds: 15, everyMs: 10 })) === true;
  await new Promise((resolve) => socket.once("connect", resolve).once("close", resolve));
  socket.write(text);
  return {
    socket,
    text: () => received,
    until: (pattern) => holds(() => pattern.test(received)),
    untilClosed: () => holds(() => socket.closed),
  };
}
