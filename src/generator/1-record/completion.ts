import { completionsUrl } from "../../model/completions-url.ts";
import type { Exchange, PostRequest } from "../../model/exchange.ts";

/** What the built-in load was asked to be. */
export interface LoadPlan {
  /** The server, its `/v1`, or the whole address of an endpoint. */
  readonly url: string;
  /** Absent where the server is to choose. */
  readonly model?: string;
  readonly token?: string;
  readonly concurrency: number;
  readonly promptTokens: number;
  readonly maxTokens: number;
  /** How many prompts are sent in turn, over and over. */
  readonly distinctPrompts: number;
  /** Requests a second at the most; as fast as they are answered when absent. */
  readonly rate?: number;
  readonly timeoutSeconds: number;
}

/** A completion that came, or why none did: a phrase for a person that holds nothing of the answer. */
export type Completion =
  | { readonly kind: "completed"; readonly tokens?: number; readonly promptTokens?: number }
  | { readonly kind: "failed"; readonly why: string }
  | { readonly kind: "cancelled" };

const mostBytes = 16 * 1024 * 1024;

/** One request for a chat completion that is answered in one piece: only such an answer counts its own tokens everywhere. */
export function completionRequest(plan: LoadPlan, prompt: string, maxTokens: number): PostRequest {
  return {
    url: completionsUrl(plan.url, "chat"),
    headers: {
      "content-type": "application/json",
      accept: "application/json",
      "accept-encoding": "identity",
      "user-agent": "mlx-headroom",
      ...(plan.token !== undefined && { authorization: `Bearer ${plan.token}` }),
    },
    body: JSON.stringify({
      ...(plan.model !== undefined && { model: plan.model }),
      messages: [{ role: "user", content: prompt }],
      max_tokens: maxTokens,
      temperature: 0,
      stream: false,
    }),
    timeoutSeconds: plan.timeoutSeconds,
    maxBytes: mostBytes,
  };
}

/** What an answer is, whoever sent it. */
export function completionOf(answer: Exchange): Completion {
  switch (answer.kind) {
    case "answered":
      if (answer.status !== 200)
        return { kind: "failed", why: `it answered with status ${answer.status}` };
      return completionIn(answer.body.toString("utf8"));
    case "cancelled":
      return { kind: "cancelled" };
    case "timeout":
      return { kind: "failed", why: "it gave no whole answer in time" };
    case "too_large":
      return { kind: "failed", why: "its answer is too large for a completion" };
    case "failed":
      return { kind: "failed", why: `it could not be reached (${answer.code})` };
  }
}

function completionIn(text: string): Completion {
  const answer = objectOf(() => JSON.parse(text));
  if (!Array.isArray(answer?.["choices"]) || answer["choices"].length === 0)
    return { kind: "failed", why: "its answer is no completion" };
  const usage = objectOf(() => answer["usage"]);
  const tokens = countIn(usage?.["completion_tokens"]);
  const promptTokens = countIn(usage?.["prompt_tokens"]);
  return {
    kind: "completed",
    ...(tokens !== undefined && { tokens }),
    ...(promptTokens !== undefined && { promptTokens }),
  };
}

function objectOf(get: () => unknown): Readonly<Record<string, unknown>> | undefined {
  try {
    const found = get();
    return typeof found === "object" && found !== null
      ? (found as Readonly<Record<string, unknown>>)
      : undefined;
  } catch {
    return undefined;
  }
}

function countIn(value: unknown): number | undefined {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}
