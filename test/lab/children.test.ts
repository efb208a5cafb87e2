import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { runCommand, startChild } from "../../lab/children.ts";
import { parseStat, readProcess } from "../../lab/process-tree.ts";
import { waitUntil } from "../../lab/wait-until.ts";

describe("what the lab starts", function () {
  this.timeout(20_000);

  it("ends with everything it started, even a child whose parent is gone", async function () {
    if (process.platform !== "linux") this.skip();
    // The inner shell starts a sleep in the background and ends: the sleep then belongs to init.
    const script = `sh -c 'sleep 61 & echo $!'; sleep 62`;
    const child = await startChild("family", "sh", ["-c", script]);
    const orphan = await waitUntil(() => Number(child.lastLines(1)) || undefined, {
      timeoutSeconds: 5,
    });
    assert.ok(orphan !== undefined && readProcess(orphan) !== undefined);
    await child.stop();
    const state = readProcess(orphan)?.state;
    assert.ok(state === undefined || state === "Z", state);
    assert.equal(child.ended(), "SIGTERM");
    assert.ok(!existsSync(child.folder));
  });

  it("is named in the error when it cannot be started", async () => {
    await assert.rejects(startChild("nothing", "/no/such/program", []), /\/no\/such\/program/);
    const result = await runCommand("/no/such/program", []);
    assert.ok(result.kind === "failed");
    assert.match(result.stderr, /ENOENT/);
  });

  it("is recognised by /proc/PID/stat although its name holds spaces and parentheses", () => {
    const fields = `S 4241 4240 4239 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 11 0 987654 1 2`;
    assert.deepEqual(parseStat(4242, `4242 (a ) b (c) ${fields}\n`), {
      pid: 4242,
      state: "S",
      parentPid: 4241,
      session: 4239,
      startTicks: "987654",
    });
    assert.equal(parseStat(4242, ""), undefined);
  });
});
