import assert from "node:assert/strict";
import type { LoadPlan } from "../../../src/generator/1-record/completion.ts";
import { startLoad } from "../../../src/generator/1-record/load.ts";
import type { Exchange, ExchangeRequest } from "../../../src/model/exchange.ts";
import { memoryHost, type MemoryHost } from "../../support/memory-host.ts";

const plan: LoadPlan = {
  url: "http://127.0.0.1:8080",
  concurrency: 1,
  promptTokens: 500,
  maxTokens: 8,
  distinctPrompts: 3,
  timeoutSeconds: 60,
};
const contentOf = ({ body = "" }: ExchangeRequest) =>
  (JSON.parse(body) as { messages: readonly [{ content: string }] }).messages[0].content;
const wordsOf = (request: ExchangeRequest) => contentOf(request).split(" ").length;

/** A server that makes three tokens of a word and adds ten to each prompt, and takes a second for an answer. */
async function answering(host: MemoryHost, request: ExchangeRequest): Promise<Exchange> {
  await host.clock.sleep(1);
  const usage = { prompt_tokens: 10 + 3 * wordsOf(request), completion_tokens: 8 };
  const body = Buffer.from(JSON.stringify({ choices: [{}], usage }));
  return { kind: "answered", status: 200, body };
}

async function pass(host: MemoryHost, seconds: number): Promise<void> {
  for (let passed = 0; passed < seconds * 10; passed++) {
    for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate);
    host.clock.advance(0.1);
  }
  for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate);
}

describe("the built-in load", () => {
  it("learns from the server's own count how long a prompt of that many tokens is", async () => {
    const host = memoryHost({});
    host.answer((request) => answering(host, request));
    const load = startLoad(host, plan);
    await pass(host, 6);
    await load.stop();
    const [few, many, first] = host.asked;
    assert.ok(few && many && first);
    assert.ok(wordsOf(few) < wordsOf(many), "two lengths are tried");
    assert.equal(10 + 3 * wordsOf(first), 499);
    assert.equal(load.line(0)?.promptTokens, 499 * (load.line(0)?.requests ?? 0));
  });

  it("sends its prompts in turn, and none of the two that were tried", async () => {
    const host = memoryHost({});
    host.answer((request) => answering(host, request));
    const load = startLoad(host, plan);
    await pass(host, 9.5);
    await load.stop();
    const numbers = host.asked.map((request) => contentOf(request).split(" ")[0]);
    assert.deepEqual(numbers.slice(2, 9), ["0", "1", "2", "0", "1", "2", "0"]);
    assert.ok(numbers.slice(0, 2).every((number) => number?.startsWith("-")));
    assert.equal(load.line(0)?.distinctPrompts, 3);
  });

  it("keeps as many requests under way as it is told to", async () => {
    const host = memoryHost({});
    let [now, most] = [0, 0];
    host.answer(async (request) => {
      most = Math.max(most, ++now);
      const answer = await answering(host, request);
      now -= 1;
      return answer;
    });
    const load = startLoad(host, { ...plan, concurrency: 4 });
    await pass(host, 6);
    assert.deepEqual([now, most], [4, 4]);
    await load.stop();
  });

  it("asks no faster than the rate, however fast it is answered", async () => {
    const host = memoryHost({});
    host.answer(async (request) => {
      const answer = answering(host, request);
      host.clock.advance(1);
      return answer;
    });
    const load = startLoad(host, { ...plan, rate: 0.25, concurrency: 3 });
    await pass(host, 2);
    const before = load.line(0)?.requests ?? 0;
    await pass(host, 40);
    const made = (load.line(0)?.requests ?? 0) - before;
    await load.stop();
    assert.ok(made >= 8 && made <= 14, `${made} requests in about 40 s`);
  });

  it("waits for a server that is not there yet, and counts none of that", async () => {
    const host = memoryHost({});
    const load = startLoad(host, plan);
    await pass(host, 3);
    assert.deepEqual([load.begun(), load.line(0)], [false, undefined]);
    assert.equal(load.problem(), "it could not be reached (ECONNREFUSED)");
    host.answer((request) => answering(host, request));
    await pass(host, 6);
    assert.ok(load.begun());
    assert.equal(load.line(0)?.errors, 0);
    await load.stop();
  });

  it("asks a server that fails once a second and not as fast as it refuses", async () => {
    const host = memoryHost({});
    host.answer((request) => answering(host, request));
    const load = startLoad(host, plan);
    await pass(host, 4);
    host.answer(() => ({ kind: "failed", code: "ECONNRESET" }));
    await pass(host, 10);
    const errors = load.line(0)?.errors ?? 0;
    await load.stop();
    assert.ok(errors >= 8 && errors <= 11, `${errors} errors`);
  });

  it("stops at once, in the middle of a request, which it does not count", async () => {
    const host = memoryHost({});
    host.answer((request) => answering(host, request));
    const load = startLoad(host, plan);
    await pass(host, 3.5);
    const before = load.line(0);
    host.answer(() => new Promise(() => undefined));
    await pass(host, 2);
    await load.stop();
    assert.equal(load.line(0)?.errors, before?.errors);
  });
});
