import type { Exchange, ExchangeRequest } from "../model/exchange.ts";
import { begin } from "./outgoing.ts";

/** Asks once, on a connection that is closed afterwards. */
export function exchange(asked: ExchangeRequest, signal: AbortSignal): Promise<Exchange> {
  const { body, timeoutSeconds, maxBytes } = asked;
  return new Promise((resolve) => {
    const request = begin(asked, body);
    const end = (outcome: Exchange) => {
      clearTimeout(timer);
      signal.removeEventListener("abort", cancel);
      resolve(outcome);
      request.destroy();
    };
    const fail = (error: NodeJS.ErrnoException) => {
      end({ kind: "failed", code: error.code ?? "unknown" });
    };
    // Node says nothing else of a server that would rather speak another protocol.
    const hungUp = () => {
      end({ kind: "failed", code: "ECONNRESET" });
    };
    const cancel = () => {
      end({ kind: "cancelled" });
    };
    // Of the whole exchange: a server that sends a byte now and then would outlast any limit on silence.
    const timer = setTimeout(() => {
      end({ kind: "timeout" });
    }, timeoutSeconds * 1000);
    signal.addEventListener("abort", cancel);
    if (signal.aborted) cancel();

    // Stays to the end: what is destroyed may still complain.
    request.on("error", fail);
    request.once("close", hungUp);
    request.once("response", (response) => {
      request.removeListener("close", hungUp);
      const chunks: Buffer[] = [];
      let length = 0;
      response.on("error", fail);
      response.on("data", (chunk: Buffer) => {
        length += chunk.length;
        if (length > maxBytes) end({ kind: "too_large" });
        else chunks.push(chunk);
      });
      response.once("end", () => {
        end({ kind: "answered", status: response.statusCode ?? 0, body: Buffer.concat(chunks) });
      });
    });
    request.end(body);
  });
}
