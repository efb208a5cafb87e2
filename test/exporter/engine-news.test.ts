import assert from "node:assert/strict";
import { engineNews } from "../../src/exporter/engine-news.ts";

describe("news of container engines in the log", () => {
  it("says which engine tells, and warns of one that does not, with the socket and why", () => {
    const socket = "/run/podman/podman.sock";
    const reached = engineNews({ kind: "reached", socket });
    assert.deepEqual([reached.level, reached.facts], ["info", { socket }]);
    const nowhere = engineNews({ kind: "nowhere", sockets: [socket, "/other"] });
    assert.deepEqual([nowhere.level, nowhere.facts], ["warn", { sockets: `${socket} /other` }]);
    const lost = engineNews({ kind: "unreachable", socket, detail: "EACCES" });
    assert.deepEqual([lost.level, lost.facts], ["warn", { socket, detail: "EACCES" }]);
  });
});
