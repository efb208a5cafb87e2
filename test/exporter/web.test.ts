import assert from "node:assert/strict";
import { openWeb, type WebOptions } from "../../src/exporter/web.ts";
import type { ListenAddress, ListenOptions } from "../../src/model/host.ts";
import { UserError } from "../../src/model/user-error.ts";
import type { View } from "../../src/model/view.ts";
import { memoryHost } from "../support/memory-host.ts";

const options: WebOptions = {
  addresses: [],
  maxRequests: 40,
  maxConnections: 7,
  timeoutOffsetSeconds: 0.5,
};

/** Opens addresses on a host that remembers what it was asked; one with port 1 is taken. */
function opened(hosts: readonly string[], looks: (() => Promise<View>)[] = []) {
  const asked: (ListenAddress & { readonly limit: number | undefined })[] = [];
  const loopbackOnly: boolean[] = [];
  const closed: string[] = [];
  const host = {
    ...memoryHost({}),
    listen: ({ host, port }: ListenAddress, _: unknown, { limits }: ListenOptions = {}) => {
      if (host === "taken") return Promise.reject(new UserError("port-in-use", {}));
      asked.push({ host, port, limit: limits?.maxConnections });
      const close = () => Promise.resolve(void closed.push(host));
      return Promise.resolve({ url: `http://${host}:${port}`, close });
    },
  };
  const addresses = hosts.map((name) => ({ host: name, port: 5 }));
  const opening = openWeb(
    host,
    { ...options, addresses },
    () => new Promise(() => undefined),
    (look, shared) => {
      loopbackOnly.push(shared.loopbackOnly);
      looks.push(look);
      return () => undefined;
    },
    { write: () => undefined },
  );
  return { opening, asked, loopbackOnly, closed };
}

describe("the exporter's addresses", () => {
  it("are all listened on, and each knows whether it is the loopback", async () => {
    const hosts = ["127.0.0.1", "", "::1", "10.0.0.1", "localhost"];
    const { opening, asked, loopbackOnly } = opened(hosts);
    assert.equal((await opening).length, 5);
    assert.deepEqual(
      asked,
      hosts.map((host) => ({ host, port: 5, limit: 7 })),
    );
    assert.deepEqual(loopbackOnly, [true, false, true, false, true]);
  });

  it("share one look", async () => {
    const looks: (() => Promise<View>)[] = [];
    await opened(["127.0.0.1", "::1"], looks).opening;
    assert.equal(looks[0]?.(), looks[1]?.());
  });

  it("are given up together when one of them cannot be had", async () => {
    const { opening, closed } = opened(["127.0.0.1", "taken", "::1"]);
    await assert.rejects(opening, { name: "UserError", code: "port-in-use" });
    assert.deepEqual(closed, ["127.0.0.1"]);
  });
});
