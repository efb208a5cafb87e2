import assert from "node:assert/strict";
import { createServer, type RequestListener, type ServerResponse } from "node:http";
import type { AddressInfo, Server } from "node:net";
import { join } from "node:path";
import { temporaryFolder } from "../../lab/children.ts";
import { exchange } from "../../src/host/exchange.ts";
import { follow } from "../../src/host/follow.ts";
import type { FollowRequest } from "../../src/model/exchange.ts";

describe("an answer that is followed", () => {
  const servers: Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });

  async function serving(listener: RequestListener): Promise<string> {
    const server = createServer(listener);
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/events`;
  }

  const request = (url: string, change: Partial<FollowRequest> = {}): FollowRequest => ({
    url,
    headers: { accept: "application/json" },
    timeoutSeconds: 10,
    maxLineBytes: 1000,
    ...change,
  });
  const followed = async (asked: FollowRequest, abort = new AbortController()) => {
    const lines: string[] = [];
    const outcome = await follow(asked, (line) => lines.push(line), abort.signal);
    return { lines, outcome };
  };

  it("comes line by line, however it is cut into pieces, in UTF-8", async () => {
    const bytes = Buffer.from('{"a":"é"}\n\n{"b":1}\r\n{"c"');
    const url = await serving((_, response) => {
      void (async () => {
        for (const byte of bytes) {
          response.write(Buffer.of(byte));
          await new Promise(setImmediate);
        }
        response.end();
      })();
    });
    assert.deepEqual(await followed(request(url)), {
      lines: ['{"a":"é"}', '{"b":1}'],
      outcome: { kind: "ended" },
    });
  });

  it("is refused with its status when it is no success", async () => {
    const url = await serving((_, response) => {
      response.writeHead(410).end("{}\n");
    });
    const { lines, outcome } = await followed(request(url));
    assert.deepEqual([lines, outcome], [[], { kind: "refused", status: 410 }]);
  });

  it("ends when it is silent for too long, and not while it speaks", async () => {
    const url = await serving((_, response) => response.write("one\n"));
    const { lines, outcome } = await followed(request(url, { silenceSeconds: 0.2 }));
    assert.deepEqual([lines, outcome], [["one"], { kind: "timeout" }]);
  });

  it("ends when it does not begin, or a line does not", async () => {
    const mute = await serving(() => undefined);
    const slow = await followed(request(mute, { timeoutSeconds: 0.1 }));
    assert.deepEqual(slow.outcome, { kind: "timeout" });
    const url = await serving((_, response) => response.write("x".repeat(2000)));
    assert.deepEqual((await followed(request(url))).outcome, { kind: "too_large" });
  });

  it("ends when nobody wants it any more, and says nothing afterwards", async () => {
    let response: ServerResponse | undefined;
    const url = await serving((_, given) => {
      response = given;
      given.write("one\ntwo\n");
    });
    const abort = new AbortController();
    const lines: string[] = [];
    const take = (line: string) => {
      lines.push(line);
      abort.abort();
    };
    assert.deepEqual(await follow(request(url), take, abort.signal), { kind: "cancelled" });
    assert.deepEqual(lines, ["one"]);
    if (response?.destroyed === false)
      await new Promise((resolve) => response?.once("close", resolve));
    const over = await followed(request(url), abort);
    assert.deepEqual(over, { lines: [], outcome: { kind: "cancelled" } });
  });

  it("fails with the system's code where nobody listens", async () => {
    const { outcome } = await followed(request("http://127.0.0.1:1/events"));
    assert.deepEqual(outcome, { kind: "failed", code: "ECONNREFUSED" });
  });

  it("comes over a Unix socket, as a whole answer does", async () => {
    const socketPath = join(temporaryFolder("socket"), "engine.sock");
    const server = createServer((asked, response) => {
      response.end(`${asked.method ?? ""} ${asked.headers.host ?? ""} ${asked.url ?? ""}\n`);
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(socketPath, resolve));
    const asked = request("http://engine/v1.41/events", { socketPath });
    assert.deepEqual((await followed(asked)).lines, ["GET engine /v1.41/events"]);
    const once = { ...asked, maxBytes: 1000 };
    assert.deepEqual(await exchange(once, new AbortController().signal), {
      kind: "answered",
      status: 200,
      body: Buffer.from("GET engine /v1.41/events\n"),
    });
  });
});
