import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "../../lab/children.ts";
import { listMlxProcesses, type Exporter } from "../../lab/exporter.ts";
import type { LaunchForm, MlxServer } from "../../lab/mlx-server.ts";
import { select, valueIn } from "../support/exposition.ts";
import { afterwards, realExporter, realServer } from "../support/lab.ts";

/** RSS as the kernel tells it now. Bytes. */
function residentBytes(pid: number): number {
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Number(kibibytes) * 1024;
}

function cpuSeconds(text: string, pid: number): number {
  const labels = { pid: String(pid) };
  return (
    valueIn(text, "mlx_process_cpu_seconds_total", { ...labels, mode: "user" }) +
    valueIn(text, "mlx_process_cpu_seconds_total", { ...labels, mode: "system" })
  );
}

/** What marks this run's servers, so that whoever else runs some on this machine does not count among them. */
function markOf(form: LaunchForm) {
  return { MLX_HEADROOM_TEST: `${form}-${process.pid}` };
}

/** A config that names a workload for each of this run's servers. */
function ownWorkloads(): string {
  const path = join(temporaryFolder("own-workloads"), "config.yaml");
  const rules = (["script", "module", "launch"] as const).map(
    (form) =>
      `  - name: own-${form}\n    match: { environment: { MLX_HEADROOM_TEST: ${markOf(form).MLX_HEADROOM_TEST} } }\n`,
  );
  writeFileSync(path, `workloads:\n${rules.join("")}`);
  return path;
}

describe("a real mlx_lm.server", function () {
  this.timeout(120_000);
  const undo = afterwards();
  let exporter: Exporter;
  before(async () => {
    exporter = await realExporter(["--config.file", ownWorkloads()]);
    undo(() => exporter.stop());
  });

  const forms: readonly (readonly [LaunchForm, string])[] = [
    ["script", "mlx_lm.server"],
    ["module", "python -m mlx_lm server"],
  ];
  for (const [form, title] of forms) {
    describe(`started as ${title}`, () => {
      const undoForm = afterwards();
      let server: MlxServer;
      before(async function () {
        server = await realServer(this, { form, env: markOf(form) });
        undoForm(() => server.stop());
      });

      it("is discovered with its model and port", async () => {
        const [info, ...others] = select(await exporter.metrics(), "mlx_process_info", {
          pid: String(server.pid),
        });
        assert.equal(others.length, 0);
        assert.equal(info?.labels["runtime"], "mlx_lm.server");
        assert.equal(info.labels["role"], "server");
        assert.equal(info.labels["model"], server.model);
        assert.equal(info.labels["port"], String(server.port));
      });

      it("has the RSS that /proc/PID/status says, within 2 %", async () => {
        await server.complete();
        const published = valueIn(await exporter.metrics(), "mlx_process_memory_resident_bytes", {
          pid: String(server.pid),
        });
        const real = residentBytes(server.pid);
        assert.ok(Math.abs(published / real - 1) <= 0.02, `${published} against ${real}`);
      });

      it("uses CPU when it answers a completion, and both counters say so", async () => {
        const before = await exporter.metrics();
        const workload =
          select(before, "mlx_process_info", { pid: String(server.pid) })[0]?.labels["workload"] ??
          "";
        for (let request = 0; request < 3; request++)
          await server.complete("Count to a hundred.", 32);
        const after = await exporter.metrics();
        assert.ok(cpuSeconds(after, server.pid) > cpuSeconds(before, server.pid));
        const total = "mlx_workload_cpu_seconds_total";
        assert.ok(valueIn(after, total, { workload }) > valueIn(before, total, { workload }));
      });

      it("is gone from the next scrape when it ends, and its workload stays at 0 processes", async () => {
        const workload =
          select(await exporter.metrics(), "mlx_process_info", { pid: String(server.pid) })[0]
            ?.labels["workload"] ?? "";
        await server.stop();
        const text = await exporter.metrics();
        assert.deepEqual(select(text, "mlx_process_info", { pid: String(server.pid) }), []);
        assert.equal(valueIn(text, "mlx_workload_processes", { workload }), 0);
      });
    });
  }

  describe("started by mlx.launch -n 2", () => {
    const undoLaunch = afterwards();
    let server: MlxServer;
    before(async function () {
      server = await realServer(this, { form: "launch", env: markOf("launch") });
      undoLaunch(() => server.stop());
    });

    it("counts two ranks and no launcher", async () => {
      // Not by their series: processes that are young and not alone have none with their pid yet.
      const listed = await listMlxProcesses();
      assert.ok(listed.kind === "ready");
      const ranks = listed.processes.filter(({ role }) => role === "rank");
      for (const pid of server.pids) assert.ok(ranks.some((rank) => rank.pid === pid));
      assert.ok(listed.processes.every(({ pid }) => pid !== server.launcherPid));
      const workload = "own-launch";
      assert.equal(valueIn(await exporter.metrics(), "mlx_workload_processes", { workload }), 2);
    });
  });
});
