import assert from "node:assert/strict";
import { createRenderer } from "../../../src/exporter/4-expose/registry.ts";
import { createServer } from "../../../src/exporter/4-expose/server.ts";
import { realHost } from "../../../src/host/real-host.ts";

describe("the server", () => {
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
        telemetryPath: "/metrics",
        perProcess: true,
        version: "0.0.0",
        loopbackOnly: true,
        facts: () => ({ version: "0.0.0" }),
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
