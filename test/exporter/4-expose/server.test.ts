import assert from "node:assert/strict";
import type { Refusal } from "../../../src/exporter/4-expose/admission.ts";
import { createGate, inSingleFlight } from "../../../src/exporter/4-expose/in-flight.ts";
import { createRenderer } from "../../../src/exporter/4-expose/registry.ts";
import { createServer, type ServerOptions } from "../../../src/exporter/4-expose/server.ts";
import { createExporter } from "../../../src/exporter/exporter.ts";
import { realHost } from "../../../src/host/real-host.ts";
import type { View } from "../../../src/model/view.ts";
import type { WebConfig } from "../../../src/model/web-config.ts";
import { fixtureHost, roots } from "../../support/fixture-host.ts";
import { memoryHost } from "../../support/memory-host.ts";
import { rawConnection } from "../../support/raw-connection.ts";

const options: ServerOptions = {
  telemetryPath: "/metrics",
  perProcess: true,
  version: "0.0.0",
  loopbackOnly: true,
  facts: () => ({ version: "0.0.0", now: 1_800_000_000 }),
  onError: () => undefined,
};

/** Answers of `/-/reload`: status, methods allowed, text. */
async function askedToReload(given: Partial<ServerOptions>, method: string) {
  const look = () => assert.fail("a reload looks at nothing");
  const app = createServer(look, () => true, createRenderer(), { ...options, ...given });
  const listener = await realHost().listen({ host: "127.0.0.1", port: 0 }, app);
  try {
    const response = await fetch(`${listener.url}/-/reload`, { method });
    return [response.status, response.headers.get("allow"), await response.text()];
  } finally {
    await listener.close();
  }
}

/** Runs a test against a server with these options. */
async function serving(
  given: Partial<ServerOptions>,
  look: (() => Promise<View>) | undefined,
  test: (url: string) => Promise<void>,
): Promise<void> {
  const looked = look ?? (() => assert.fail("nobody looks"));
  const app = createServer(looked, () => true, createRenderer(), { ...options, ...given });
  const listener = await realHost().listen({ host: "127.0.0.1", port: 0 }, app);
  try {
    await test(listener.url);
  } finally {
    await listener.close();
  }
}

const turn = () => new Promise<undefined>((resolve) => setImmediate(resolve, undefined));
const web: WebConfig = { headers: {}, users: new Map(), holdsSecrets: false };

describe("the server", () => {
  let view: View;
  before(async () => {
    const host = fixtureHost("unified-v2");
    const all = { roots, rules: [], maxProcesses: 9, maxWorkloads: 9 };
    view = await (await createExporter(host, all)).look();
  });

  it("reloads when asked with POST, and says what came of it", async () => {
    const sentence = "/c.yaml:1: this is wrong.";
    for (const [ok, status] of [
      [true, 200],
      [false, 500],
    ] as const) {
      const reload = () => ({ ok, sentence });
      assert.deepEqual(await askedToReload({ reload }, "POST"), [status, null, `${sentence}\n`]);
    }
  });

  it("does not reload for whoever asks unless that was switched on, nor for any other method", async () => {
    assert.deepEqual(await askedToReload({}, "POST"), [
      403,
      null,
      "Reloading over HTTP is off: start serve with --web.enable-lifecycle.\n",
    ]);
    const reload = () => assert.fail("not with GET");
    for (const given of [{}, { reload }]) {
      assert.deepEqual(await askedToReload(given, "GET"), [
        405,
        "POST",
        "A reload is asked for with POST.\n",
      ]);
    }
  });

  it("tells a client of a bug no more than that, logs it, and goes on", async () => {
    const errors: unknown[] = [];
    const bug = new TypeError("a bug with /secret/paths in it");
    const app = createServer(
      () => {
        throw bug;
      },
      () => false,
      createRenderer(),
      {
        ...options,
        onError: (error) => errors.push(error),
      },
    );
    const listener = await realHost().listen({ host: "127.0.0.1", port: 0 }, app);
    try {
      for (const path of ["/metrics", "/"]) {
        const response = await fetch(`${listener.url}${path}`);
        assert.equal(response.status, 500);
        assert.doesNotMatch(await response.text(), /secret|at /);
      }
      assert.deepEqual(errors, [bug, bug]);
      assert.equal((await fetch(`${listener.url}/-/healthy`)).status, 200);
      assert.equal((await fetch(`${listener.url}/-/ready`)).status, 503);
    } finally {
      await listener.close();
    }
  });

  it("answers 503 when looking takes longer than the scraper waits, and what went on is shared by the next", async () => {
    const { clock } = memoryHost({});
    let looks = 0;
    let asked = 0;
    let seen: (view: View) => void = () => assert.fail("nobody looks");
    const shared = inSingleFlight(() => {
      looks += 1;
      return new Promise<View>((resolve) => (seen = resolve));
    });
    const look = () => {
      asked += 1;
      return shared();
    };
    await serving(
      { limits: { gate: createGate(40), offsetSeconds: 0.5, clock } },
      look,
      async (url) => {
        const headers = { "X-Prometheus-Scrape-Timeout-Seconds": "3" };
        const late = fetch(`${url}/metrics`, { headers });
        while (looks === 0) await turn();
        clock.advance(2.4);
        assert.equal(await Promise.race([late, turn()]), undefined);
        clock.advance(0.1);
        assert.equal((await late).status, 503);
        assert.match(
          await (await late).text(),
          /^Looking at the processes took longer than 2\.5 s;/,
        );
        // Nothing else waits for it.
        assert.equal((await fetch(`${url}/-/healthy`)).status, 200);

        const next = fetch(`${url}/metrics`);
        while (asked < 2) await turn();
        seen(view);
        assert.equal((await next).status, 200);
        assert.equal(looks, 1);
      },
    );
  });

  it("answers 503 at once to more requests than may look at a time, the page included", async () => {
    const { clock } = memoryHost({});
    let seen: (view: View) => void = () => assert.fail("nobody looks");
    let looks = 0;
    const look = () => {
      looks += 1;
      return new Promise<View>((resolve) => (seen = resolve));
    };
    await serving(
      { limits: { gate: createGate(1), offsetSeconds: 0, clock } },
      look,
      async (url) => {
        const first = fetch(`${url}/metrics`);
        while (looks === 0) await turn();
        for (const path of ["/metrics", "/"]) {
          const refused = await fetch(`${url}${path}`);
          assert.equal(refused.status, 503);
          assert.match(await refused.text(), /--web\.max-requests/);
        }
        assert.equal((await fetch(`${url}/-/ready`)).status, 200);
        seen(view);
        assert.equal((await first).status, 200);
        assert.equal(looks, 1);
      },
    );
  });

  it("reads no body, however long: it answers and ends the connection", async () => {
    let reloads = 0;
    const reload = () => ({ ok: (reloads += 1) > 0, sentence: "Reloaded." });
    await serving({ reload }, undefined, async (url) => {
      for (const length of ["Content-Length: 1000000000", "Transfer-Encoding: chunked"]) {
        const head = `POST /-/reload HTTP/1.1\r\nHost: localhost\r\n${length}\r\n\r\n`;
        const connection = await rawConnection(url, `${head}4000\r\n${"x".repeat(100_000)}`);
        assert.ok(await connection.untilClosed());
        assert.match(
          connection.text(),
          /^HTTP\/1\.1 200 OK\r\n[^]*Connection: close\r\n[^]*Reloaded\.\n$/,
        );
      }
      assert.equal(reloads, 2);
    });
  });

  it("lets nobody in whom it does not admit, wherever they want to go", async () => {
    const refusal: Refusal = {
      status: 401,
      sentence: "Who are you?",
      headers: { "WWW-Authenticate": "Basic" },
    };
    const admit = ({ authorization }: { authorization: string | undefined }) =>
      Promise.resolve(authorization === "ok" ? undefined : refusal);
    const entrance = { web: () => web, admit };
    const look = () => Promise.resolve(view);
    await serving({ entrance, reload: () => assert.fail("no") }, look, async (url) => {
      for (const [method, path] of [
        ["GET", "/metrics"],
        ["GET", "/"],
        ["GET", "/-/healthy"],
        ["GET", "/-/ready"],
        ["POST", "/-/reload"],
        ["GET", "/none"],
      ] as const) {
        const refused = await fetch(`${url}${path}`, { method });
        assert.deepEqual(
          [refused.status, refused.headers.get("www-authenticate"), await refused.text()],
          [401, "Basic", "Who are you?\n"],
          path,
        );
      }
      const welcome = await fetch(`${url}/metrics`, { headers: { authorization: "ok" } });
      assert.equal(welcome.status, 200);
    });
  });

  it("sends the headers of the web config with every answer, in place of its own", async () => {
    const headers = { "X-Frame-Options": "sameorigin", "Strict-Transport-Security": "max-age=1" };
    const entrance = { web: () => ({ ...web, headers }), admit: () => Promise.resolve(undefined) };
    const look = () => Promise.resolve(view);
    await serving({ entrance }, look, async (url) => {
      for (const path of ["/", "/metrics", "/none"]) {
        const answer = await fetch(`${url}${path}`);
        const given = Object.keys(headers).map((name) => answer.headers.get(name));
        assert.deepEqual(given, Object.values(headers), path);
        assert.equal(answer.headers.get("x-content-type-options"), "nosniff");
      }
      const page = await fetch(url);
      assert.match(page.headers.get("content-security-policy") ?? "", /^default-src 'none'/);
    });
  });
});
