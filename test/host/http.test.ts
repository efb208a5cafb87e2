import assert from "node:assert/strict";
import { listen } from "../../src/host/http.ts";
import { connectionLimits, type ConnectionLimits } from "../../src/model/connection-limits.ts";
import type { RequestHandler } from "../../src/model/host.ts";
import { rawConnection, type RawConnection } from "../support/raw-connection.ts";

const get = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
const unfinished = "GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ";

/** Runs a test against a server with these limits. */
async function withServer(
  limits: Partial<ConnectionLimits>,
  handler: RequestHandler,
  test: (url: string) => Promise<void>,
): Promise<void> {
  const all = { ...connectionLimits, ...limits };
  const listener = await listen({ host: "127.0.0.1", port: 0 }, handler, { limits: all });
  try {
    await test(listener.url);
  } finally {
    await listener.close();
  }
}

const answer: RequestHandler = (_request, response) => response.end("answer");

async function gets(url: string): Promise<boolean> {
  const connection = await rawConnection(url, get);
  const answered = await connection.until(/answer$/);
  connection.socket.destroy();
  return answered;
}

describe("a server's connections", () => {
  it("that never finish a request make room for those that do", async () => {
    await withServer({ maxConnections: 4 }, answer, async (url) => {
      const slow: RawConnection[] = [];
      for (let n = 0; n < 8; n++) slow.push(await rawConnection(url, unfinished));
      for (const early of slow.slice(0, 4)) assert.ok(await early.untilClosed());
      assert.ok(await gets(url));
      assert.equal(slow.filter(({ socket }) => !socket.closed).length, 3);
    });
  });

  it("that wait for their next request go after those that never made one", async () => {
    await withServer({ maxConnections: 2 }, answer, async (url) => {
      const kept = await rawConnection(url, get);
      assert.ok(await kept.until(/answer$/));
      const silent = await rawConnection(url);
      assert.ok(await gets(url));
      assert.ok(await silent.untilClosed());
      kept.socket.write(get);
      assert.ok(await kept.until(/answer[^]*answer$/));
      for (let n = 0; n < 2; n++) assert.ok(await (await rawConnection(url, get)).until(/answer$/));
      assert.ok(await kept.untilClosed());
    });
  });

  it("that are being answered are never given up: the newest is refused", async () => {
    const ends: (() => void)[] = [];
    const later: RequestHandler = (_request, response) => {
      ends.push(() => response.end("answer"));
    };
    await withServer({ maxConnections: 1 }, later, async (url) => {
      const first = await rawConnection(url, get);
      while (ends.length === 0) await new Promise((resolve) => setImmediate(resolve));
      const second = await rawConnection(url, get);
      assert.ok(await second.untilClosed());
      ends[0]?.();
      assert.ok(await first.until(/answer$/));
    });
  });

  it("are without limit at 0", async () => {
    await withServer({ maxConnections: 0 }, answer, async (url) => {
      const all: RawConnection[] = [];
      for (let n = 0; n < 20; n++) all.push(await rawConnection(url, unfinished));
      assert.ok(await gets(url));
      assert.ok(all.every(({ socket }) => !socket.closed));
    });
  });

  it("end when headers do not come in time, whether they began or not", async () => {
    await withServer({ headersSeconds: 0.1, requestSeconds: 0.1 }, answer, async (url) => {
      const [silent, slow] = [await rawConnection(url), await rawConnection(url, unfinished)];
      assert.ok(await silent.untilClosed());
      assert.ok(await slow.untilClosed());
      assert.match(slow.text(), /^HTTP\/1\.1 408 /);
    });
  });

  it("end when headers are too many bytes", async () => {
    await withServer({ headerBytes: 1000 }, answer, async (url) => {
      const long = await rawConnection(url, `${unfinished}${"x".repeat(2000)}\r\n\r\n`);
      assert.ok(await long.untilClosed());
      assert.match(long.text(), /^HTTP\/1\.1 431 /);
    });
  });

  it("are kept from one scrape to the next, but not for ever", async () => {
    await withServer({ requestsPerConnection: 2 }, answer, async (url) => {
      const kept = await rawConnection(url, get);
      assert.ok(await kept.until(/answer$/));
      assert.match(kept.text(), /\r\nKeep-Alive: timeout=130\r\n/);
      kept.socket.write(get);
      assert.ok(await kept.untilClosed());
      assert.match(kept.text(), /answer[^]*\r\nConnection: close\r\n[^]*answer$/);
    });
  });

  it("end when nothing moves on them", async () => {
    const never: RequestHandler = () => undefined;
    await withServer({ silenceSeconds: 0.1 }, never, async (url) => {
      assert.ok(await (await rawConnection(url, get)).untilClosed());
    });
  });
});
