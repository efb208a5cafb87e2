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

  it("says how a container ended, without what is not known", () => {
    const known = {
      image: "ghcr.io/me/mlx:1",
      exitCode: 137,
      oomKilled: true,
      restarts: 2,
    } as const;
    const limits = { memoryLimitBytes: 8, cpuLimitCores: 0.5 };
    const all = engineNews({ kind: "ended", container: "chat", ...known, ...limits });
    assert.equal(all.level, "warn");
    assert.deepEqual(all.facts, {
      ...{ container: "chat", image: "ghcr.io/me/mlx:1", exit_code: 137, reason: "OOMKilled" },
      ...{ restarts: 2, memory_limit_bytes: 8, cpu_limit_cores: 0.5 },
    });
    const bare = engineNews({ kind: "ended", container: "chat" });
    assert.deepEqual([bare.level, bare.facts], ["warn", { container: "chat" }]);
  });

  it("does not warn of one that was done, or that somebody stopped", () => {
    const level = (exitCode: number) =>
      engineNews({ kind: "ended", container: "chat", exitCode }).level;
    assert.deepEqual([0, 130, 143].map(level), ["info", "info", "info"]);
    assert.deepEqual([1, 137, 139].map(level), ["warn", "warn", "warn"]);
  });
});
