import assert from "node:assert/strict";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { freePort } from "../../lab/free-port.ts";

describe("a free port", () => {
  it("is the preferred one when nobody has it, and another when somebody has", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => {
      server.listen(0, "127.0.0.1", resolve);
    });
    const { port } = server.address() as AddressInfo;
    const other = await freePort(port);
    assert.notEqual(other, port);
    assert.ok(other > 0);
    await new Promise((resolve) => server.close(resolve));
    assert.equal(await freePort(port), port);
  });
});
