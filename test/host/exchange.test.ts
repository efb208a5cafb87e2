import assert from "node:assert/strict";
import { createServer, type RequestListener } from "node:http";
import {
  createServer as createTcpServer,
  type AddressInfo,
  type Server,
  type Socket,
} from "node:net";
import { exchange } from "../../src/host/exchange.ts";
import type { Exchange, ExchangeRequest } from "../../src/model/exchange.ts";

const question: Omit<ExchangeRequest, "url"> = {
  headers: { "content-type": "application/json", authorization: "Bearer abc" },
  body: '{"é":1}',
  timeoutSeconds: 10,
  maxBytes: 1000,
};

describe("an exchange", () => {
  const servers: Server[] = [];
  const sockets = new Set<Socket>();
  afterEach(async () => {
    for (const socket of sockets) socket.destroy();
    for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
  });

  async function started(server: Server): Promise<string> {
    servers.push(server);
    server.on("connection", (socket: Socket) => sockets.add(socket));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/chat/completions`;
  }
  const serving = (listener: RequestListener) => started(createServer(listener));
  /** A server that says exactly these bytes to whoever connects and asks. */
  const saying = (say: (socket: Socket) => void) =>
    started(
      createTcpServer((socket) => {
        socket.on("error", () => undefined);
        socket.once("data", () => {
          say(socket);
        });
      }),
    );
  const ask = (url: string, change: Partial<ExchangeRequest> = {}): Promise<Exchange> =>
    exchange({ url, ...question, ...change }, new AbortController().signal);

  it("posts the body as it is, on a connection of its own that is closed afterwards", async () => {
    const seen: unknown[] = [];
    const url = await serving((request, response) => {
      let body = "";
      request.setEncoding("utf8").on("data", (text: string) => (body += text));
      request.on("end", () => {
        const { authorization, connection, "content-length": length } = request.headers;
        seen.push(request.method, request.url, authorization, connection, length, body);
        response.end("fine");
      });
    });
    assert.deepEqual(await ask(url), {
      kind: "answered",
      status: 200,
      body: Buffer.from("fine"),
    });
    const path = "/v1/chat/completions";
    assert.deepEqual(seen, ["POST", path, "Bearer abc", "close", "8", question.body]);
    const [socket] = sockets;
    if (socket?.destroyed === false) await new Promise((resolve) => socket.once("close", resolve));
  });

  it("takes the end of the connection for the end of a body without a length", async () => {
    const url = await saying((socket) => socket.end("HTTP/1.1 200 OK\r\n\r\nfine"));
    const answer = await ask(url);
    assert.equal(answer.kind === "answered" && answer.body.toString(), "fine");
  });

  it("takes a redirect for the answer, and asks nobody else", async () => {
    let asked = 0;
    const elsewhere = await serving((_, response) => {
      asked += 1;
      response.end("fine");
    });
    const url = await serving((_, response) => {
      response.writeHead(307, { location: elsewhere }).end();
    });
    const answer = await ask(url);
    assert.equal(answer.kind === "answered" && answer.status, 307);
    assert.equal(asked, 0);
  });

  it("asks no proxy that the environment names", async () => {
    let asked = 0;
    const proxy = await serving((_, response) => {
      asked += 1;
      response.writeHead(502).end();
    });
    const url = await serving((_, response) => response.end("fine"));
    const names = ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "NODE_USE_ENV_PROXY"];
    for (const name of names) process.env[name] = name.startsWith("NODE") ? "1" : proxy;
    try {
      const answer = await ask(url);
      assert.deepEqual([answer.kind, asked], ["answered", 0]);
    } finally {
      for (const name of names) Reflect.deleteProperty(process.env, name);
    }
  });

  it("reads so many bytes and no more", async () => {
    const url = await serving((request, response) => {
      response.end(Buffer.alloc(Number(request.headers["x-bytes"]), "x"));
    });
    const headers = (bytes: number) => ({ headers: { "x-bytes": String(bytes) } });
    const all = await ask(url, headers(1000));
    assert.equal(all.kind === "answered" && all.body.length, 1000);
    assert.deepEqual(await ask(url, headers(1001)), { kind: "too_large" });
  });

  it("gives an endless body up at its limit, not at its end", async () => {
    const url = await serving((_, response) => {
      const more = () => {
        while (!response.destroyed && response.write(Buffer.alloc(10_000)));
      };
      response.on("drain", more);
      more();
    });
    assert.deepEqual(await ask(url), { kind: "too_large" });
  });

  it("gives up at its timeout whoever takes the request and says nothing, and hangs up", async () => {
    let gone: Promise<unknown> = Promise.resolve();
    const url = await saying((socket) => {
      gone = new Promise((resolve) => socket.once("close", resolve));
    });
    assert.deepEqual(await ask(url, { timeoutSeconds: 0.1 }), { kind: "timeout" });
    await gone;
  });

  for (const [what, head] of [
    ["headers", "HTTP/1.1 200 OK\r\nx-slow: "],
    ["a body", "HTTP/1.1 200 OK\r\ncontent-length: 999\r\n\r\n"],
  ] as const) {
    it(`gives up at its timeout who sends ${what} byte by byte`, async () => {
      const timers: NodeJS.Timeout[] = [];
      const url = await saying((socket) => {
        socket.write(head);
        timers.push(setInterval(() => socket.write("x"), 10));
      });
      assert.deepEqual(await ask(url, { timeoutSeconds: 0.3 }), { kind: "timeout" });
      for (const timer of timers) clearInterval(timer);
    });
  }

  for (const [what, said, code] of [
    ["ends before it has answered", "", "ECONNRESET"],
    [
      "ends in the middle of its body",
      "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{",
      "ECONNRESET",
    ],
    ["speaks something else", "SSH-2.0-OpenSSH_9.2\r\n", "HPE_INVALID_CONSTANT"],
    [
      "changes the protocol",
      "HTTP/1.1 101 Switching\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n",
      "ECONNRESET",
    ],
    [
      "sends endless headers",
      `HTTP/1.1 200 OK\r\nx: ${"x".repeat(100_000)}\r\n\r\n`,
      "HPE_HEADER_OVERFLOW",
    ],
  ] as const) {
    it(`fails with the code when the other side ${what}`, async () => {
      const url = await saying((socket) => socket.end(said));
      assert.deepEqual(await ask(url), { kind: "failed", code });
    });
  }

  it("fails with the code where nobody listens, and where plain HTTP is spoken instead of TLS", async () => {
    const url = await serving((_, response) => response.end("fine"));
    const overTls = await ask(url.replace("http:", "https:"));
    assert.equal(overTls.kind, "failed");
    const [server] = servers.splice(0);
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server?.close(resolve));
    assert.deepEqual(await ask(url), { kind: "failed", code: "ECONNREFUSED" });
  });

  it("ends when nobody waits any more, and does not begin then", async () => {
    const cancelling = new AbortController();
    const url = await saying(() => {
      cancelling.abort();
    });
    const request = { url, ...question };
    assert.deepEqual(await exchange(request, cancelling.signal), { kind: "cancelled" });
    assert.deepEqual(await exchange(request, cancelling.signal), { kind: "cancelled" });
  });
});
