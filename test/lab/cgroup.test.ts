import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { findHierarchy, makeCgroup } from "../../lab/cgroup.ts";
import { startChild } from "../../lab/children.ts";
import { requireComponent } from "../support/requires.ts";

const hybrid = [
  "32 31 0:29 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu",
  "35 31 0:32 /docker/abc /sys/fs/cgroup/memory rw,relatime shared:9 - cgroup cgroup rw,memory",
  "41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw",
].join("\n");
const unified = "30 23 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate";

describe("a real cgroup", () => {
  it("is made in version 1 where its memory controller is mounted, at the container's own root", () => {
    assert.deepEqual(
      findHierarchy("memory", hybrid, () => ["memory"]),
      { version: 1, mountPoint: "/sys/fs/cgroup/memory", root: "/docker/abc" },
    );
  });

  it("is made in version 2 where that has the memory controller, and nowhere else", () => {
    assert.deepEqual(
      findHierarchy("memory", unified, () => ["cpu", "memory"]),
      { version: 2, mountPoint: "/sys/fs/cgroup", root: "/" },
    );
    assert.equal(
      findHierarchy("memory", unified, () => ["cpu"]),
      undefined,
    );
    assert.equal(
      findHierarchy("memory", "", () => []),
      undefined,
    );
  });

  it("holds a child from before its first instruction, under exactly its own arguments", async function () {
    const made = makeCgroup("mlx-headroom-lab", 64 * 1024 * 1024);
    requireComponent(this, made.kind === "ready" ? undefined : `No cgroup: ${made.why}.`);
    assert.ok(made.kind === "ready");
    const inner = made.cgroup.child("inner");
    assert.ok(inner.kind === "ready");
    const child = await startChild("sleep", "sleep", ["60"], { cgroups: [inner.cgroup.folder] });
    try {
      const expected = ["sleep", "60", ""].join("\0");
      while (readFileSync(`/proc/${child.pid}/cmdline`, "utf8") !== expected) {
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      const lines = readFileSync(`/proc/${child.pid}/cgroup`, "utf8").split("\n");
      assert.ok(lines.some((line) => line.endsWith(`:${inner.cgroup.scope}`), lines.join()));
    } finally {
      await child.stop();
      await inner.cgroup.remove();
      await made.cgroup.remove();
    }
  });
});
