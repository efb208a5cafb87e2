import { completionsUrl } from "../../model/completions-url.ts";
import type { PostRequest } from "../../model/exchange.ts";
import type { Probe } from "../../model/probe.ts";

/** An answer of one token is some hundred bytes; whoever sends this much is no such server. */
const mostBytes = 1024 * 1024;

/** What is sent for a probe: a request of the OpenAI API for one token, not streamed and without chance. */
export function questionOf(probe: Probe, token?: string): PostRequest {
  const { kind, model, prompt, timeoutSeconds } = probe;
  const asked = kind === "chat" ? { messages: [{ role: "user", content: prompt }] } : { prompt };
  return {
    url: endpointOf(probe),
    headers: {
      "content-type": "application/json",
      accept: "application/json",
      "accept-encoding": "identity",
      "user-agent": "mlx-headroom",
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({
      ...(model !== undefined && { model }),
      ...asked,
      max_tokens: 1,
      temperature: 0,
      stream: false,
    }),
    timeoutSeconds,
    maxBytes: mostBytes,
  };
}

/** Where the question goes. */
export function endpointOf({ url, kind }: Pick<Probe, "url" | "kind">): string {
  return completionsUrl(url, kind);
}
