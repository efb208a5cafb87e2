import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Exporter } from "../../lab/exporter.ts";
import { runMlxHeadroom } from "../../lab/exporter.ts";
import { waitUntil } from "../../lab/wait-until.ts";
import { lastPidFiles, processFiles } from "../exporter/1-discover/process-tree.ts";
import { select, valueIn } from "../support/exposition.ts";
import { afterwards, realExporter } from "../support/lab.ts";
import { compileNvmlStandIn, type NvmlStandIn } from "../support/nvml-stand-in.ts";
import { requireTool } from "../support/requires.ts";

const gib = 1024 ** 3;
const device = `device GPU-1 ${80 * gib} ${gib} ${39 * gib} 37 Stand-in H100`;
const held = `process 0 compute 7 ${30 * gib} -1`;

/** A procfs of plain files with one MLX server, in the machine's own PID namespace. */
function procfsIn(folder: string): string {
  const server = ["python", "/venv/bin/mlx_lm.server"];
  const files = {
    ...processFiles([
      { pid: 7, argv: server, environ: ["CUDA_MPS_PINNED_DEVICE_MEM_LIMIT=0=32G"] },
      { pid: 2, argv: [], comm: "kthreadd", kernelThread: true },
    ]),
    ...lastPidFiles(7),
    "/proc/7/limits":
      "Max open files            1024                 1024                 files     \n",
    "/proc/meminfo": "MemTotal: 1000 kB\nMemAvailable: 500 kB\n",
  };
  for (const [path, file] of Object.entries(files)) {
    if (!path.startsWith("/proc/")) continue;
    const target = join(folder, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, file);
  }
  return join(folder, "proc");
}

function nvmlChildren({ pid }: Exporter): readonly number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8");
  const pids = text.trim().split(" ").filter(Boolean).map(Number);
  return pids.filter((each) =>
    readFileSync(`/proc/${each}/cmdline`, "utf8").includes("nvml-child"),
  );
}

describe("mlx-headroom with a library that stands in for NVIDIA's", function () {
  this.timeout(120_000);
  const undo = afterwards();
  let standIn: NvmlStandIn;
  let flags: readonly string[];

  before(function () {
    if (process.platform !== "linux") this.skip();
    requireTool(this, "gcc", "compiles the library that stands in for NVIDIA's");
    const folder = mkdtempSync(join(tmpdir(), "mlx-headroom-nvidia-"));
    undo(() => {
      rmSync(folder, { recursive: true, force: true });
      return Promise.resolve();
    });
    standIn = compileNvmlStandIn(folder);
    flags = ["--path.procfs", procfsIn(folder), "--nvidia.library-path", standIn.library];
  });

  async function until(exporter: Exporter, holds: (text: string) => boolean): Promise<string> {
    const text = await waitUntil(
      async () => {
        const scraped = await exporter.metrics();
        return holds(scraped) ? scraped : undefined;
      },
      { timeoutSeconds: 60 },
    );
    assert.ok(text !== undefined);
    return text;
  }

  /** Undefined while it is absent. */
  const gpuBytes = (text: string) =>
    select(text, "mlx_process_gpu_memory_bytes", { pid: "7" })[0]?.value;
  const collector = { collector: "nvidia" };

  it("publishes GPU memory; answers while a call hangs, without old figures; and finds back", async () => {
    standIn.say(device, held);
    const exporter = await realExporter(flags);
    undo(() => exporter.stop());
    const before = await until(exporter, (text) => gpuBytes(text) !== undefined);
    assert.equal(gpuBytes(before), 30 * gib);
    const headroom = (source: string) =>
      valueIn(before, "mlx_process_gpu_memory_headroom_bytes", { source, gpu: "GPU-1" });
    assert.deepEqual([headroom("device"), headroom("mps")], [39 * gib, 2 * gib]);
    assert.equal(valueIn(before, "mlx_host_gpu_memory_unattributed_bytes", {}), 10 * gib);
    assert.equal(valueIn(before, "mlx_exporter_collector_success", collector), 1);

    const [hanging] = nvmlChildren(exporter);
    assert.ok(hanging !== undefined);
    standIn.say(device, held, "hang nvmlDeviceGetUtilizationRates");
    const during = await until(exporter, (text) => gpuBytes(text) === undefined);
    assert.equal(valueIn(during, "mlx_exporter_collector_success", collector), 0);
    assert.equal(select(during, "mlx_process_info").length, 1, "everything else is there");
    assert.deepEqual(
      select(during, "mlx_exporter_unavailable").filter(
        ({ labels }) => labels["field"] === "gpu_memory_bytes",
      )[0]?.labels["reason"],
      "error",
    );
    for (let scrape = 0; scrape < 20; scrape++)
      assert.equal(gpuBytes(await exporter.metrics()), undefined);
    assert.match(exporter.log(), /the NVIDIA driver does not answer/);
    assert.ok(
      await waitUntil(() => (nvmlChildren(exporter).includes(hanging) ? undefined : true), {
        timeoutSeconds: 30,
      }),
      "the child that hangs is ended",
    );

    standIn.say(device, held);
    const after = await until(exporter, (text) => gpuBytes(text) !== undefined);
    assert.equal(valueIn(after, "mlx_exporter_collector_success", collector), 1);
    process.kill(nvmlChildren(exporter)[0] ?? NaN, "SIGKILL");
    await until(exporter, (text) => gpuBytes(text) === undefined);
    await until(exporter, (text) => gpuBytes(text) !== undefined);
    assert.equal(nvmlChildren(exporter).length, 1);
  });

  it("stops when told while a call hangs", async () => {
    standIn.say(device, "hang nvmlInit_v2");
    const exporter = await realExporter(flags);
    undo(() => exporter.stop());
    await until(exporter, (text) => select(text, "mlx_process_info").length === 1);
    assert.equal(nvmlChildren(exporter).length, 1);
    await exporter.stop();
  });

  it("says once that there is no library, and starts no child again for it", async () => {
    const wrong = [...flags.slice(0, -1), "/no/such/library.so"];
    const exporter = await realExporter(wrong);
    undo(() => exporter.stop());
    const text = await until(exporter, () => nvmlChildren(exporter).length === 0);
    for (let scrape = 0; scrape < 5; scrape++) {
      assert.doesNotMatch(await exporter.metrics(), /gpu_memory_bytes/);
      assert.equal(nvmlChildren(exporter).length, 0);
    }
    assert.equal(valueIn(text, "mlx_exporter_collector_success", collector), 0);
    assert.equal(exporter.log().match(/management library cannot be loaded/g)?.length, 1);
  });

  it("shows GPU memory in ps, which needs no second look for it", async () => {
    standIn.say(device, held);
    const ran = await runMlxHeadroom("ps", ...flags);
    assert.match(JSON.stringify(ran), /30\.0 GiB +2\.0 GiB of 32\.0 GiB \(mps process\)/);
  });
});
