import assert from "node:assert/strict";
import { join } from "node:path";
import { startChild } from "../../lab/children.ts";
import { repository } from "../../lab/repository.ts";
import { startStandIn } from "../../lab/stand-in.ts";
import { waitUntil } from "../../lab/wait-until.ts";
import type { Cgroup } from "../../lab/cgroup.ts";
import { afterwards, orSkip, realCgroup } from "../support/lab.ts";
import { requireComponent, requireTool } from "../support/requires.ts";

const mebibyte = 1024 * 1024;
const seconds = { timeoutSeconds: 30 };

interface Listed {
  readonly pid: number;
  readonly limits: readonly {
    readonly resource: string;
    readonly source: string;
    readonly scope: string;
    readonly limit: number;
  }[];
}

describe("an exporter in a cgroup namespace of its own, as in a container", function () {
  this.timeout(60_000);
  const undo = afterwards();

  it("finds the limits of a process beside it, and of one above both, under their real names", async function () {
    requireTool(this, "unshare", "makes a cgroup namespace");
    const parent = realCgroup(this, "mlx-headroom-namespace", 500 * mebibyte);
    undo(() => parent.remove());
    const inside = (name: string, limit?: number): Cgroup => {
      const { cgroup } = orSkip(this, parent.child(name, limit));
      undo(() => cgroup.remove());
      return cgroup;
    };
    const us = inside("us");
    const narrow = inside("narrow", 300 * mebibyte);
    const open = inside("open");
    const idle = "import time\nprint('here', flush=True)\ntime.sleep(600)\n";
    const pids: number[] = [];
    for (const { folder } of [narrow, open]) {
      const { child } = orSkip(this, await startStandIn("idle", idle, [folder]));
      undo(() => child.stop());
      await waitUntil(() => (child.lastLines() === "here" ? true : undefined), seconds);
      pids.push(child.pid);
    }

    const program = join(repository, "dist", "bin.js");
    const command = ["--cgroup", process.execPath, program, "ps", "--format", "json"];
    const ps = await startChild("ps", "unshare", command, { cgroups: [us.folder] });
    undo(() => ps.stop());
    const end = await waitUntil(() => ps.ended(), seconds);
    const output = ps.lastLines(100_000);
    requireComponent(
      this,
      /unshare failed/.test(output) ? `No namespace may be made here: ${output}.` : undefined,
    );
    assert.equal(end, "exit code 0", output);
    const { processes } = JSON.parse(output) as { readonly processes: readonly Listed[] };
    const found = pids.map((pid) => {
      const limits = processes.find((process) => process.pid === pid)?.limits;
      const limit = limits?.find((each) => each.resource === "memory" && each.source === "cgroup");
      return [limit?.scope, limit?.limit];
    });
    assert.deepEqual(found, [
      [narrow.scope, 300 * mebibyte],
      [parent.scope, 500 * mebibyte],
    ]);
  });
});
