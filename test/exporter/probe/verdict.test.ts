import assert from "node:assert/strict";
import fc from "fast-check";
import { verdictOf } from "../../../src/exporter/probe/verdict.ts";

const answered = (body: unknown, status = 200) => ({
  kind: "answered" as const,
  status,
  body: Buffer.from(typeof body === "string" ? body : JSON.stringify(body)),
});
const chat = { choices: [{ message: { role: "assistant", content: "Hello" } }] };

describe("the verdict on an answer", () => {
  it("is a success for status 200 with a choice, whatever the token", () => {
    for (const choice of [{ text: "" }, { message: { content: null } }, {}])
      assert.deepEqual(verdictOf(answered({ choices: [choice] })), { success: true });
  });

  it("is a failure with its reason for everything else", () => {
    const failures = [
      [{ kind: "timeout" }, "timeout"],
      [{ kind: "too_large" }, "too_large"],
      [{ kind: "failed", code: "ECONNREFUSED" }, "connection", "ECONNREFUSED"],
      [answered(chat, 503), "status", "503"],
      [answered(chat, 201), "status", "201"],
      [answered(chat, 307), "status", "307"],
      [answered("<html>"), "not_json"],
      [answered(""), "not_json"],
      [answered("[".repeat(100_000)), "not_json"],
      [answered({ error: "x" }), "no_choice"],
      [answered({ choices: [] }), "no_choice"],
      [answered({ choices: "ab" }), "no_choice"],
      [answered({ choices: [null] }), "no_choice"],
      [answered({ choices: ["text"] }), "no_choice"],
      [answered({ choices: [[]] }), "no_choice"],
      [answered({ choices: { 0: {} } }), "no_choice"],
      [answered([]), "no_choice"],
      [answered("null"), "no_choice"],
    ] as const;
    for (const [exchange, reason, detail] of failures)
      assert.deepEqual(verdictOf(exchange), {
        success: false,
        reason,
        ...(detail !== undefined && { detail }),
      });
  });

  it("finds the expected text wherever servers put it, and misses it elsewhere", () => {
    const choices = [
      { text: "a Hello" },
      { message: { content: "Hello" } },
      { message: { content: null, reasoning: "Hello" } },
      { message: { reasoning_content: "Hello" } },
    ];
    for (const choice of choices) {
      assert.deepEqual(verdictOf(answered({ choices: [choice] }), "ello"), { success: true });
      assert.deepEqual(verdictOf(answered({ choices: [choice] }), "!!"), {
        success: false,
        reason: "unexpected",
      });
    }
    const elsewhere = { choices: [{ text: "" }, { text: "Hello" }], Hello: "Hello" };
    assert.equal(verdictOf(answered(elsewhere), "Hello").success, false);
  });

  it("is a verdict for every JSON there is, and repeats nothing of it", () => {
    fc.assert(
      fc.property(fc.json(), fc.integer({ min: 100, max: 599 }), (body, status) => {
        const verdict = verdictOf(answered(body, status), "x");
        if (verdict.success) return;
        assert.ok(verdict.detail === undefined || verdict.detail === String(status));
      }),
    );
  });
});
