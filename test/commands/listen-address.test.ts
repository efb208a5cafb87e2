import assert from "node:assert/strict";
import { parseListenAddress } from "../../src/commands/listen-address.ts";

describe("listen addresses", () => {
  for (const [text, host, port] of [
    ["127.0.0.1:10836", "127.0.0.1", 10836],
    ["localhost:0", "localhost", 0],
    [":10836", "", 10836],
    ["[::1]:10836", "::1", 10836],
  ] as const) {
    it(`reads ${text}`, () => {
      assert.deepEqual(parseListenAddress(text), { host, port });
    });
  }

  for (const text of ["10836", "localhost", "::1:10836", "[::1]", "a b:1", "host:99999", ""]) {
    it(`refuses '${text}'`, () => {
      assert.throws(() => parseListenAddress(text), /is not an address to listen on/);
    });
  }
});
