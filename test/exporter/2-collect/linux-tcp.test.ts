import assert from "node:assert/strict";
import fc from "fast-check";
import { parseTcp } from "../../../src/exporter/2-collect/linux-tcp.ts";
import { arbitraryText, isCount } from "../../support/arbitrary-text.ts";

const head =
  "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";
const line = (index: number, port: string, state: string, inode: number, address = "0100007F") =>
  `${String(index).padStart(4)}: ${address}:${port} ${address}:C350 ${state} 00000000:00000000 00:00000000 00000000  1000        0 ${inode} 1 000000001042ab9f 20 4 30 10 -1\n`;

describe("linux-tcp", () => {
  it("reads established and listening sockets, and no other state", () => {
    const states = ["01", "02", "03", "04", "05", "06", "07", "08", "09", "0A", "0B", "0C"];
    const text =
      head + states.map((state, index) => line(index, "1F90", state, 100 + index)).join("");
    assert.deepEqual(parseTcp(text), [
      { state: "established", localPort: 8080, inode: "100" },
      { state: "listening", localPort: 8080, inode: "109" },
    ]);
  });

  it("reads IPv6 and lines beyond the ten thousandth, which are wider", () => {
    const text = head + line(10_000, "0050", "01", 7, "0000000000000000FFFF00000100007F");
    assert.deepEqual(parseTcp(text), [{ state: "established", localPort: 80, inode: "7" }]);
  });

  it("finds every established line among any others, whatever their ports and inodes", () => {
    const socket = fc.record({
      port: fc.integer({ min: 0, max: 65_535 }),
      inode: fc.nat(),
      state: fc.constantFrom("01", "06", "0A"),
      six: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(socket, { maxLength: 40 }), (sockets) => {
        const text = sockets.map(({ port, inode, state, six }, index) => {
          const hex = port.toString(16).toUpperCase().padStart(4, "0");
          return line(index, hex, state, inode, six ? "F".repeat(32) : "0A00020F");
        });
        assert.deepEqual(
          parseTcp(head + text.join(""))
            .filter(({ state }) => state === "established")
            .map(({ localPort, inode }) => [localPort, inode]),
          sockets
            .filter(({ state }) => state === "01")
            .map(({ port, inode }) => [port, String(inode)]),
        );
      }),
    );
  });

  it("skips what is no line, and never yields a port that is none", () => {
    fc.assert(
      fc.property(arbitraryText, (text) => {
        for (const { localPort } of parseTcp(text + line(0, "FFFF", "01", 1) + text))
          assert.ok(isCount(localPort) && localPort < 65_536);
      }),
    );
  });
});
