import assert from "node:assert/strict";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { unavailable } from "../../lab/available.ts";
import { keep } from "../../lab/cache.ts";
import { temporaryFolder } from "../../lab/children.ts";

describe("the cache", () => {
  /** Makes an entry and counts how often it had to. */
  const counted = () => {
    const root = temporaryFolder("cache");
    let times = 0;
    const make = (stamp: string, outcome?: ReturnType<typeof unavailable>) =>
      keep(
        "entry",
        stamp,
        async (folder) => {
          times += 1;
          // What an earlier attempt left must be gone.
          assert.deepEqual(readdirSync(folder), []);
          writeFileSync(join(folder, "content"), stamp);
          await new Promise((resolve) => setTimeout(resolve, 20));
          return outcome;
        },
        root,
      );
    return { root, make, times: () => times };
  };

  it("makes an entry once, and again for another stamp", async () => {
    const { make, times } = counted();
    for (const stamp of ["a", "a", "b", "b"]) assert.equal((await make(stamp)).kind, "ready");
    assert.equal(times(), 2);
  });

  it("makes an entry again when the work could not be finished", async () => {
    const { make, times } = counted();
    assert.deepEqual(await make("a", unavailable("no network")), unavailable("no network"));
    assert.equal((await make("a")).kind, "ready");
    assert.equal(times(), 2);
  });

  it("lets two runs at once make an entry once", async () => {
    const { root, make, times } = counted();
    await Promise.all([make("a"), make("a")]);
    assert.equal(times(), 1);
    assert.deepEqual(readdirSync(root).sort(), ["entry", "entry.stamp"]);
  });

  it("does not wait for a run that is gone", async () => {
    const { root, make } = counted();
    // No process has this number: it is above the largest that Linux hands out.
    writeFileSync(join(root, "entry.lock"), "4194305");
    assert.equal((await make("a")).kind, "ready");
    assert.ok(!existsSync(join(root, "entry.lock")));
  });

  it("says where it could not write", async () => {
    const root = join(temporaryFolder("cache"), "file");
    writeFileSync(root, "");
    const kept = await keep("entry", "a", () => Promise.resolve(undefined), root);
    assert.ok(kept.kind === "unavailable");
    assert.ok(kept.why.startsWith(`${root} could not be written`), kept.why);
  });
});
