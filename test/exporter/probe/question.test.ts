import assert from "node:assert/strict";
import { endpointOf, questionOf } from "../../../src/exporter/probe/question.ts";
import type { Probe } from "../../../src/model/probe.ts";

const probe: Probe = {
  url: "http://127.0.0.1:8080",
  kind: "chat",
  prompt: "Hi",
  intervalSeconds: 60,
  timeoutSeconds: 30,
};

describe("the question of a probe", () => {
  it("asks for one token, not streamed and without chance", () => {
    const { url, body, timeoutSeconds, maxBytes } = questionOf(probe);
    assert.equal(url, "http://127.0.0.1:8080/v1/chat/completions");
    assert.deepEqual(JSON.parse(body), {
      messages: [{ role: "user", content: "Hi" }],
      max_tokens: 1,
      temperature: 0,
      stream: false,
    });
    assert.deepEqual([timeoutSeconds, maxBytes], [30, 1024 * 1024]);
  });

  it("asks a completion for its prompt, and names a model where one is given", () => {
    const { url, body } = questionOf({ ...probe, kind: "completion", model: "m" });
    assert.equal(url, "http://127.0.0.1:8080/v1/completions");
    const { model, prompt, messages } = JSON.parse(body) as Record<string, unknown>;
    assert.deepEqual([model, prompt, messages], ["m", "Hi", undefined]);
  });

  it("bears a token where there is one, and no header for it where there is none", () => {
    assert.equal(questionOf(probe, "abc").headers["authorization"], "Bearer abc");
    assert.ok(!("authorization" in questionOf(probe).headers));
  });

  for (const [url, endpoint] of [
    ["http://h:1", "http://h:1/v1/chat/completions"],
    ["http://h:1/", "http://h:1/v1/chat/completions"],
    ["http://h:1/v1", "http://h:1/v1/chat/completions"],
    ["http://h:1/v1/", "http://h:1/v1/chat/completions"],
    ["https://h/mlx", "https://h/mlx/v1/chat/completions"],
    ["https://h/api/v3", "https://h/api/v3/chat/completions"],
    ["https://h/own/chat/completions", "https://h/own/chat/completions"],
    ["https://h/own/completions?a=b", "https://h/own/completions?a=b"],
  ] as const) {
    it(`goes to ${endpoint} for ${url}`, () => {
      assert.equal(endpointOf({ url, kind: "chat" }), endpoint);
    });
  }
});
