import assert from "node:assert/strict";
import { createRenderer } from "../../../src/exporter/4-expose/registry.ts";
import { createServer, type ServerOptions } from "../../../src/exporter/4-expose/server.ts";
import { realHost } from "../../../src/host/real-host.ts";

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

describe("the server", () => {
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
});
