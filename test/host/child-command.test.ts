import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { waitUntil } from "../../lab/wait-until.ts";
import { startCommand } from "../../src/host/child-command.ts";
import { howOf } from "../../src/model/child-command.ts";
import { UserError } from "../../src/model/user-error.ts";

const patience = { timeoutSeconds: 10, everyMs: 20 };

describe("a program that is started to be recorded", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "mlx-headroom-child-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });
  const isThere = (name: string) => existsSync(join(folder, name)) || undefined;

  it("tells how it ended, by itself or by a signal", async () => {
    for (const [script, how] of [
      ["exit 0", "exit code 0"],
      ["exit 3", "exit code 3"],
      ["kill -9 $$", "SIGKILL"],
    ] as const) {
      const child = await startCommand(["sh", "-c", script]);
      const end = await waitUntil(() => child.ended(), patience);
      assert.equal(end && howOf(end), how);
    }
  });

  it("gets SIGTERM first, and the time to end well", async () => {
    const script = `trap 'echo well > ${folder}/end; exit 0' TERM; touch ${folder}/up; while :; do sleep 0.05; done`;
    const child = await startCommand(["sh", "-c", script]);
    assert.equal(child.ended(), undefined);
    await waitUntil(() => isThere("up"), patience);
    await child.stop(10);
    assert.deepEqual(child.ended(), { kind: "code", code: 0 });
    assert.equal(readFileSync(join(folder, "end"), "utf8"), "well\n");
  });

  it("is killed with all that it started when it does not end", async () => {
    const script = `trap '' TERM; sh -c 'trap "" TERM; echo $$ > ${folder}/pid; while :; do sleep 0.05; done' & touch ${folder}/up; while :; do sleep 0.05; done`;
    const child = await startCommand(["sh", "-c", script]);
    await waitUntil(() => isThere("up"), patience);
    await waitUntil(() => isThere("pid"), patience);
    await child.stop(0.2);
    assert.deepEqual(child.ended(), { kind: "signal", signal: "SIGKILL" });
    const grandchild = Number(readFileSync(join(folder, "pid"), "utf8"));
    const gone = await waitUntil(() => {
      const stat = existsSync(`/proc/${grandchild}/stat`)
        ? readFileSync(`/proc/${grandchild}/stat`, "utf8")
        : "x) Z";
      return / Z( |$)/.test(stat) || undefined;
    }, patience);
    assert.ok(gone);
  });

  it("may be stopped when it has ended already", async () => {
    const child = await startCommand(["true"]);
    await waitUntil(() => child.ended(), patience);
    await child.stop(1);
    assert.deepEqual(child.ended(), { kind: "code", code: 0 });
  });

  it("is named when there is no such program", async () => {
    await assert.rejects(
      startCommand(["/no/such/program"]),
      (error) =>
        error instanceof UserError &&
        error.message.startsWith("'/no/such/program' could not be started: there is no such"),
    );
  });
});
