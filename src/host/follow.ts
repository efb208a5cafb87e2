import type { Followed, FollowRequest } from "../model/exchange.ts";
import { begin } from "./outgoing.ts";

/** Asks once and hands over the answer line by line, as it comes, until it ends or `signal` says so. Never rejects. */
export function follow(
  request: FollowRequest,
  onLine: (line: string) => void,
  signal: AbortSignal,
): Promise<Followed> {
  return new Promise((resolve) => {
    const outgoing = begin(request, undefined);
    let timer: NodeJS.Timeout | undefined;
    let ended = false;
    const end = (outcome: Followed) => {
      ended = true;
      clearTimeout(timer);
      signal.removeEventListener("abort", cancel);
      resolve(outcome);
      outgoing.destroy();
    };
    const cancel = () => {
      end({ kind: "cancelled" });
    };
    const expect = (seconds: number | undefined) => {
      clearTimeout(timer);
      if (seconds === undefined) return;
      timer = setTimeout(() => {
        end({ kind: "timeout" });
      }, seconds * 1000);
    };
    const fail = (error: NodeJS.ErrnoException) => {
      end({ kind: "failed", code: error.code ?? "unknown" });
    };
    signal.addEventListener("abort", cancel);
    if (signal.aborted) cancel();
    else expect(request.timeoutSeconds);

    // Stays to the end: what is destroyed may still complain.
    outgoing.on("error", fail);
    outgoing.once("close", () => {
      end({ kind: "ended" });
    });
    outgoing.once("response", (response) => {
      const { statusCode: status = 0 } = response;
      if (status < 200 || status > 299) {
        end({ kind: "refused", status });
        return;
      }
      expect(request.silenceSeconds);
      let rest: Buffer = Buffer.alloc(0);
      response.on("error", fail);
      response.on("data", (chunk: Buffer) => {
        expect(request.silenceSeconds);
        const lines = splitLines(Buffer.concat([rest, chunk]));
        rest = lines.rest;
        for (const line of lines.whole) if (!ended) onLine(line);
        if (rest.length > request.maxLineBytes) end({ kind: "too_large" });
      });
      response.once("end", () => {
        end({ kind: "ended" });
      });
    });
    outgoing.end();
  });
}

const lineFeed = 0x0a;

function splitLines(bytes: Buffer): { readonly whole: readonly string[]; readonly rest: Buffer } {
  const whole: string[] = [];
  let from = 0;
  for (let at = bytes.indexOf(lineFeed); at !== -1; at = bytes.indexOf(lineFeed, from)) {
    const line = bytes.toString("utf8", from, at).trim();
    if (line !== "") whole.push(line);
    from = at + 1;
  }
  return { whole, rest: bytes.subarray(from) };
}
