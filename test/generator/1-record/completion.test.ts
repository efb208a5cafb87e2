import assert from "node:assert/strict";
import {
  completionOf,
  completionRequest,
  type LoadPlan,
} from "../../../src/generator/1-record/completion.ts";
import type { Exchange } from "../../../src/model/exchange.ts";

const plan: LoadPlan = {
  url: "http://127.0.0.1:8080",
  concurrency: 1,
  promptTokens: 100,
  maxTokens: 8,
  distinctPrompts: 4,
  timeoutSeconds: 60,
};
const answered = (body: unknown, status = 200): Exchange => ({
  kind: "answered",
  status,
  body: Buffer.from(typeof body === "string" ? body : JSON.stringify(body)),
});

describe("a completion that the load asks for", () => {
  it("is asked for in one piece, without chance, of the model and with the key that are named", () => {
    const plain = completionRequest(plan, "hello", 8);
    assert.equal(plain.url, "http://127.0.0.1:8080/v1/chat/completions");
    assert.deepEqual(JSON.parse(plain.body), {
      messages: [{ role: "user", content: "hello" }],
      max_tokens: 8,
      temperature: 0,
      stream: false,
    });
    assert.equal(plain.headers["authorization"], undefined);
    const keyed = completionRequest({ ...plan, model: "m", token: "k" }, "hello", 8);
    assert.equal((JSON.parse(keyed.body) as { model: string }).model, "m");
    assert.equal(keyed.headers["authorization"], "Bearer k");
  });

  it("counts the tokens that the server counted", () => {
    const usage = { prompt_tokens: 90, completion_tokens: 8 };
    assert.deepEqual(completionOf(answered({ choices: [{}], usage })), {
      kind: "completed",
      tokens: 8,
      promptTokens: 90,
    });
  });

  it("counts none where the server counts none, or nonsense", () => {
    for (const usage of [undefined, null, 7, { completion_tokens: -1 }, { prompt_tokens: "9" }])
      assert.deepEqual(completionOf(answered({ choices: [{}], usage })), { kind: "completed" });
  });

  for (const [why, answer] of [
    ["it answered with status 503", answered({ choices: [{}] }, 503)],
    ["its answer is no completion", answered("<html>")],
    ["its answer is no completion", answered({ choices: [] })],
    ["its answer is no completion", answered("null")],
    ["it gave no whole answer in time", { kind: "timeout" }],
    ["its answer is too large for a completion", { kind: "too_large" }],
    ["it could not be reached (ECONNREFUSED)", { kind: "failed", code: "ECONNREFUSED" }],
  ] as const) {
    it(`failed when ${why}`, () => {
      assert.deepEqual(completionOf(answer), { kind: "failed", why });
    });
  }

  it("did neither when it was called off", () => {
    assert.deepEqual(completionOf({ kind: "cancelled" }), { kind: "cancelled" });
  });
});
