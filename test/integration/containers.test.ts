import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { startDocker, startNewerDocker, type Docker } from "../../lab/docker.ts";
import type { Exporter } from "../../lab/exporter.ts";
import { startContainer, startMlxContainer, type MlxContainer } from "../../lab/mlx-container.ts";
import { startPodman } from "../../lab/podman.ts";
import type { PythonMlx } from "../../lab/python-mlx.ts";
import { waitUntil } from "../../lab/wait-until.ts";
import { afterwards, mlxAndModel, orSkip, realExporter, slowSteps } from "../support/lab.ts";

const limitBytes = 160 * 1024 * 1024;
const seconds = { timeoutSeconds: 20 };

const engines = [
  { name: "Docker Engine", startEngine: startDocker, hearsOfKills: true },
  {
    name: "Docker Engine that speaks no API before 1.44",
    startEngine: startNewerDocker,
    hearsOfKills: true,
  },
  { name: "service of Podman", startEngine: startPodman, hearsOfKills: false },
];

for (const { name, startEngine, hearsOfKills } of engines) {
  // Started for this alone; needs root.
  describe(`real servers in containers of a real ${name}`, () => {
    tellsOf(startEngine, hearsOfKills);
  });
}

/** `hearsOfKills` is whether the engine tells of OOM kills; of those that it does not, the kernel does. */
function tellsOf(startEngine: typeof startDocker, hearsOfKills: boolean): void {
  const undo = afterwards();
  let engine: Docker;
  let exporter: Exporter;
  let lab: { readonly mlx: PythonMlx; readonly model: string };
  let chat: MlxContainer;
  let removed: MlxContainer;
  let restarted: MlxContainer | undefined;

  before(async function () {
    lab = await mlxAndModel(this);
    engine = orSkip(this, await startEngine(slowSteps));
    undo(() => engine.stop());
    exporter = await realExporter(["--containers.socket", engine.socket]);
    undo(() => exporter.stop());
    [chat, removed, restarted] = await Promise.all([
      start("chat"),
      start("removed"),
      hearsOfKills ? start("restarted", "--restart=on-failure:1") : undefined,
    ]);
  });

  it("names a workload by the label of its container, whose headroom it has", async () => {
    const text = await seen(chat);
    const info = line(text, "mlx_process_info", `pid="${chat.pid}"`);
    assert.match(info, /workload="chat"/);
    assert.match(info, /container="c-chat"/);
    const cgroup = `pid="${chat.pid}",source="cgroup"`;
    assert.equal(valueOf(text, "mlx_process_memory_limit_bytes", cgroup), limitBytes);
    const binding = line(
      text,
      "mlx_process_limit_binding_info",
      `pid="${chat.pid}",resource="memory",source="cgroup"`,
    );
    assert.match(binding, new RegExp(`scope="[^"]*${chat.id}`));
    const headroom = valueOf(text, "mlx_process_memory_headroom_bytes", cgroup);
    assert.ok(headroom > 0 && headroom < limitBytes, String(headroom));
    assert.equal(valueOf(text, "mlx_exporter_collector_success", 'collector="containers"'), 1);
  });

  it("takes every process of a container for MLX whose label says so, whatever they run", async () => {
    const flags = [
      "--name",
      "c-monitored",
      "--label",
      "mlx-headroom.monitor=true",
      "--stop-timeout=0",
    ];
    const command = ["/bin/sh", "-c", "sleep 600 & exec sleep 601"];
    await startContainer(engine, lab.mlx, flags, command);
    const text = await waitUntil(async () => {
      const scraped = await exporter.metrics();
      const both = valueOf(scraped, "mlx_workload_processes", 'workload="c-monitored"') === 2;
      return both ? scraped : undefined;
    }, seconds);
    assert.ok(text !== undefined, exporter.log());
    await engine.docker("rm", "--force", "c-monitored");
  });

  it("counts a kill for lack of memory", async () => {
    await outgrow(chat);
    await countsKill("chat");
    await tellsOfEnd("chat");
  });

  it("counts one all the same when the container is removed right after it", async () => {
    await outgrow(removed);
    await engine.docker("rm", "--force", "c-removed");
    await countsKill("removed");
  });

  if (hearsOfKills)
    it("counts one all the same when the container is started again right after it", async () => {
      assert.ok(restarted !== undefined);
      await outgrow(restarted);
      await countsKill("restarted");
    });

  it("still counts each once when every way to hear of it has had its time", async () => {
    await new Promise((resolve) => setTimeout(resolve, 4_000));
    const text = await exporter.metrics();
    for (const workload of ["chat", "removed", ...(hearsOfKills ? ["restarted"] : [])]) {
      assert.deepEqual(
        [exits(text, workload, "oom_kill"), exits(text, workload, "unknown")],
        [1, 0],
      );
      assert.equal(valueOf(text, "mlx_workload_oom_kills_total", `workload="${workload}"`), 1);
      assert.match(exporter.log(), new RegExp(`killed a process for lack of memory.*${workload}`));
    }
  });

  /** One that does not start is a failure: all that it is made of is there. */
  async function start(workload: string, ...flags: readonly string[]): Promise<MlxContainer> {
    const memory = String(limitBytes);
    const started = await startMlxContainer(engine, lab.mlx, lab.model, [
      ...["--name", `c-${workload}`, "--label", `mlx-headroom.workload=${workload}`],
      ...["--memory", memory, "--memory-swap", memory, ...flags],
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
  async function outgrow(container: MlxContainer): Promise<void> {
    await seen(container);
    const { pid, port } = container;
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

  /** Podman tells of each end of a container, too. */
  async function tellsOfEnd(workload: string): Promise<void> {
    const told = new RegExp(
      `a container in which MLX ran has ended.*c-${workload}.*137.*${limitBytes}`,
    );
    assert.ok(
      await waitUntil(() => told.test(exporter.log()) || undefined, seconds),
      exporter.log(),
    );
  }

  async function countsKill(workload: string): Promise<void> {
    const counted = async () =>
      exits(await exporter.metrics(), workload, "oom_kill") === 1 ? true : undefined;
    assert.ok(await waitUntil(counted, seconds), exporter.log());
  }
}

function exits(text: string, workload: string, reason: string): number {
  const labels = `workload="${workload}",reason="${reason}"`;
  return valueOf(text, "mlx_workload_process_exits_total", labels);
}

function line(text: string, metric: string, labels: string): string {
  const lines = text.split("\n");
  return lines.find((one) => one.startsWith(`${metric}{`) && one.includes(labels)) ?? "";
}

function valueOf(text: string, metric: string, labels: string): number {
  return Number(line(text, metric, labels).split(" ").at(-1) ?? NaN);
}
