import assert from "node:assert/strict";
import type { Cgroup } from "../../lab/cgroup.ts";
import { startChild, type Child } from "../../lab/children.ts";
import type { Exporter } from "../../lab/exporter.ts";
import type { MlxServer } from "../../lab/mlx-server.ts";
import { waitUntil } from "../../lab/wait-until.ts";
import { select, valueIn } from "../support/exposition.ts";
import { afterwards, mlxAndModel, realCgroup, realExporter, realServer } from "../support/lab.ts";

const mebibyte = 1024 * 1024;

describe("a real mlx_lm.server in a real cgroup", function () {
  this.timeout(120_000);
  const undo = afterwards();
  let parent: Cgroup;
  let own: Cgroup;
  let server: MlxServer;
  let sibling: Child;
  let exporter: Exporter;

  before(async function () {
    const { mlx } = await mlxAndModel(this);
    parent = realCgroup(this, "mlx-headroom-parent", 800 * mebibyte);
    undo(() => parent.remove());
    const child = (name: string, limit?: number): Cgroup => {
      const available = parent.child(name, limit);
      assert.ok(available.kind === "ready");
      undo(() => available.cgroup.remove());
      return available.cgroup;
    };
    own = child("own", 700 * mebibyte);
    const hungry = child("sibling");
    server = await realServer(this, { cgroups: [own.folder] });
    undo(() => server.stop());
    const hold = `held = bytearray(b"x") * ${400 * mebibyte}\nimport time\nprint("ready", flush=True)\ntime.sleep(600)`;
    sibling = await startChild("sibling", mlx.python, ["-c", hold], { cgroups: [hungry.folder] });
    undo(() => sibling.stop());
    await waitUntil(() => (sibling.lastLines().includes("ready") ? true : undefined), {
      timeoutSeconds: 30,
    });
    exporter = await realExporter();
    undo(() => exporter.stop());
  });

  it("is bound by its parent, whose limit a hungry sibling shares, and scope says so", async () => {
    const text = await exporter.metrics();
    const process = { pid: String(server.pid), source: "cgroup" };
    const headroom = valueIn(text, "mlx_process_memory_headroom_bytes", process);
    assert.equal(valueIn(text, "mlx_process_memory_limit_bytes", process), 800 * mebibyte);
    assert.ok(headroom < 400 * mebibyte && headroom > 200 * mebibyte, `${headroom / mebibyte} MiB`);
    const [binding] = select(text, "mlx_process_limit_binding_info", {
      pid: process.pid,
      resource: "memory",
    });
    assert.deepEqual(
      [binding?.labels["source"], binding?.labels["scope"]],
      ["cgroup", parent.scope],
    );
  });

  it("is bound by its own limit once the sibling is gone, because that leaves least then", async () => {
    await sibling.stop();
    const text = await exporter.metrics();
    const process = { pid: String(server.pid), source: "cgroup" };
    assert.equal(valueIn(text, "mlx_process_memory_limit_bytes", process), 700 * mebibyte);
    const [binding] = select(text, "mlx_process_limit_binding_info", {
      pid: process.pid,
      resource: "memory",
    });
    assert.equal(binding?.labels["scope"], own.scope);
  });

  it("publishes the innermost working set, without the file cache that reading the model left", async () => {
    const text = await exporter.metrics();
    const process = { pid: String(server.pid) };
    const usage = valueIn(text, "mlx_process_cgroup_memory_usage_bytes", process);
    const workingSet = valueIn(text, "mlx_process_cgroup_memory_working_set_bytes", process);
    assert.ok(workingSet <= usage && workingSet > 20 * mebibyte, `${workingSet} of ${usage}`);
  });
});
