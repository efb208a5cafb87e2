import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { startDocker, type Docker } from "../../lab/docker.ts";
import type { Exporter } from "../../lab/exporter.ts";
import { startMlxContainer, type MlxContainer } from "../../lab/mlx-container.ts";
import type { PythonMlx } from "../../lab/python-mlx.ts";
import { waitUntil } from "../../lab/wait-until.ts";
import { afterwards, mlxAndModel, orSkip, realExporter, slowSteps } from "../support/lab.ts";

const limitBytes = 160 * 1024 * 1024;
const seconds = { timeoutSeconds: 20 };

/** Docker's own engine, started for this alone; needs root. */
describe("a real server in a container of a real Docker Engine", function () {
  this.timeout(120_000);
  const undo = afterwards();
  let engine: Docker;
  let exporter: Exporter;
  let lab: { readonly mlx: PythonMlx; readonly model: string };

  before(async function () {
    lab = await mlxAndModel(this);
    engine = orSkip(this, await startDocker(slowSteps));
    undo(() => engine.stop());
    exporter = await realExporter(["--containers.socket", engine.socket]);
    undo(() => exporter.stop());
  });

  it("is named by its label, and has the headroom of its container", async () => {
    const container = await start("web", "chat");
    const text = await seen(container);
    const info = line(text, "mlx_process_info", `pid="${container.pid}"`);
    assert.match(info, /workload="chat"/);
    assert.match(info, /container="web"/);
    const cgroup = `pid="${container.pid}",source="cgroup"`;
    assert.equal(valueOf(text, "mlx_process_memory_limit_bytes", cgroup), limitBytes);
    const binding = line(
      text,
      "mlx_process_limit_binding_info",
      `pid="${container.pid}",resource="memory",source="cgroup"`,
    );
    assert.match(binding, new RegExp(`scope="[^"]*${container.id}`));
    const headroom = valueOf(text, "mlx_process_memory_headroom_bytes", cgroup);
    assert.ok(headroom > 0 && headroom < limitBytes, String(headroom));
    assert.equal(valueOf(text, "mlx_exporter_collector_success", 'collector="containers"'), 1);
  });

  it("is counted once, as killed, when the kernel kills it for lack of memory", async () => {
    const container = await start("killed", "killed");
    await seen(container);
    await outgrow(container);
    await countsOneKill("killed");
    const state = await engine.docker("inspect", "--format", "{{.State.OOMKilled}}", "killed");
    assert.equal(state, "true");
  });

  it("is counted all the same when its container is removed right after the kill", async () => {
    const container = await start("removed", "removed");
    await seen(container);
    await outgrow(container);
    await engine.docker("rm", "--force", "removed");
    await countsOneKill("removed");
  });

  /** One that does not start is a failure: all that it is made of is there. */
  async function start(name: string, workload: string): Promise<MlxContainer> {
    const memory = String(limitBytes);
    const started = await startMlxContainer(engine, lab.mlx, lab.model, [
      ...["--name", name, "--label", `mlx-headroom.workload=${workload}`],
      ...["--memory", memory, "--memory-swap", memory],
    ]);
    if (started.kind === "unavailable") throw new Error(started.why);
    return started.container;
  }

  /** The scrape that shows a container's server. */
  async function seen({ pid }: MlxContainer): Promise<string> {
    const text = await waitUntil(async () => {
      const scraped = await exporter.metrics();
      return scraped.includes(`pid="${pid}"`) ? scraped : undefined;
    }, seconds);
    assert.ok(text !== undefined, exporter.log());
    return text;
  }

  /** A prompt whose attention scores need more than the container has. */
  async function outgrow({ pid, port }: MlxContainer): Promise<void> {
    const content = "all work and no play ".repeat(190);
    const dying = fetch(`http://127.0.0.1:${port}/v1/chat/completions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ messages: [{ role: "user", content }], max_tokens: 4 }),
    }).then(
      () => undefined,
      () => undefined,
    );
    const gone = await waitUntil(() => (existsSync(`/proc/${pid}/exe`) ? undefined : true), {
      ...seconds,
      everyMs: 5,
    });
    assert.ok(gone, "the server outlived a prompt that should not fit");
    await dying;
  }

  /** Once within a few seconds, and still once when every way to hear of it has had its time. */
  async function countsOneKill(workload: string): Promise<void> {
    const exits = async (reason: string) =>
      valueOf(
        await exporter.metrics(),
        "mlx_workload_process_exits_total",
        `workload="${workload}",reason="${reason}"`,
      );
    const counted = async () => ((await exits("oom_kill")) === 1 ? true : undefined);
    assert.ok(await waitUntil(counted, seconds), exporter.log());
    await new Promise((resolve) => setTimeout(resolve, 4_000));
    assert.deepEqual([await exits("oom_kill"), await exits("unknown")], [1, 0]);
    const text = await exporter.metrics();
    assert.equal(valueOf(text, "mlx_workload_oom_kills_total", `workload="${workload}"`), 1);
    assert.match(exporter.log(), new RegExp(`killed a process for lack of memory.*${workload}`));
  }
});

function line(text: string, metric: string, labels: string): string {
  return text.split("\n").find((one) => one.startsWith(`${metric}{`) && one.includes(labels)) ?? "";
}

function valueOf(text: string, metric: string, labels: string): number {
  return Number(line(text, metric, labels).split(" ").at(-1) ?? NaN);
}
