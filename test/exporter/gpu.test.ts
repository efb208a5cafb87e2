import assert from "node:assert/strict";
import { processesTable } from "../../src/commands/ps-table.ts";
import { processesJson } from "../../src/commands/ps-json.ts";
import { createRenderer } from "../../src/exporter/4-expose/registry.ts";
import { samplesOf } from "../../src/exporter/4-expose/samples.ts";
import { statusPage } from "../../src/exporter/4-expose/status-page.ts";
import { createExporter } from "../../src/exporter/exporter.ts";
import { known, missing } from "../../src/model/figure.ts";
import type { View } from "../../src/model/view.ts";
import { fixtureHost, roots } from "../support/fixture-host.ts";
import { assertGolden } from "../support/golden.ts";
import { device, gpuHost, sampled } from "../support/gpu-host.ts";
import type { MemoryHost } from "../support/memory-host.ts";
import { runProgram } from "../support/real-commands.ts";
import { requireTool } from "../support/requires.ts";

const options = { roots, rules: [], maxProcesses: 256, maxWorkloads: 64 };
const gib = 1024 ** 3;

async function look(host: MemoryHost): Promise<View> {
  const exporter = await createExporter(host, options);
  host.clock.advance(1);
  return exporter.look();
}

async function lines(view: View, wanted: RegExp): Promise<readonly string[]> {
  const { text } = await createRenderer().render(samplesOf(view, "0.0.0", true), "text");
  return text.split("\n").filter((line) => wanted.test(line) && !line.startsWith("#"));
}

const p = 'workload="mlx_lm.server:tiny-llama",pid="4242"';
const w = 'workload="mlx_lm.server:tiny-llama"';

describe("exporter, on a machine with an NVIDIA GPU", () => {
  it("publishes it byte for byte, with MPS and dmem limits, and promtool finds nothing to say", async function () {
    const host = gpuHost();
    host.put("/proc/4242/environ", "HF_TOKEN=secret\0CUDA_MPS_PINNED_DEVICE_MEM_LIMIT=0=10G\0");
    host.put("/sys/fs/cgroup/cgroup.controllers", "cpuset cpu io memory pids dmem\n");
    for (const [level, max, current] of [
      ["mlx.slice", 12 * gib, 11 * gib],
      ["mlx.slice/chat.service", 10 * gib, 8 * gib],
    ] as const) {
      const region = "drm/0000:03:00.0/vram0";
      host.put(`/sys/fs/cgroup/${level}/dmem.max`, `${region} ${max}\n`);
      host.put(`/sys/fs/cgroup/${level}/dmem.current`, `${region} ${current}\n`);
    }
    const exporter = await createExporter(host, options);
    await exporter.look();
    host.clock.advance(1);
    const { text } = await createRenderer().render(
      samplesOf(await exporter.look(), "0.0.0", true),
      "text",
    );
    assert.ok(!text.includes("secret"));
    assertGolden("exposition/gpu-v2.prom", text);
    requireTool(this, "promtool", "checks the exposition");
    assert.deepEqual(runProgram("promtool", ["check", "metrics"], text), { status: 0, output: "" });
  });

  it("compares the whole GPU with all that is used of it, what is in nobody's name included", async () => {
    assert.deepEqual(await lines(await look(gpuHost()), /gpu_memory/), [
      `mlx_process_gpu_memory_bytes{${p},gpu="GPU-1"} ${8 * gib}`,
      `mlx_process_gpu_memory_limit_bytes{${p},source="device",gpu="GPU-1"} ${24 * gib}`,
      `mlx_process_gpu_memory_headroom_bytes{${p},source="device",gpu="GPU-1"} ${4.5 * gib}`,
      `mlx_process_headroom_ratio{${p},resource="gpu_memory",source="device"} 0.1875`,
      `mlx_process_limit_binding_info{${p},resource="gpu_memory",source="device",scope="GPU-1"} 1`,
      `mlx_workload_gpu_memory_bytes{${w}} ${8 * gib}`,
      `mlx_workload_gpu_memory_max_bytes{${w}} ${8 * gib}`,
      `mlx_workload_headroom_ratio{${w},resource="gpu_memory"} 0.1875`,
      `mlx_workload_gpu_memory_limit_bytes{${w}} ${24 * gib}`,
      `mlx_workload_gpu_memory_headroom_bytes{${w}} ${4.5 * gib}`,
      `mlx_workload_limit_binding_info{${w},resource="gpu_memory",source="device",scope="GPU-1"} 1`,
      `mlx_workload_limited{${w},resource="gpu_memory"} 0`,
      `mlx_host_gpu_memory_total_bytes{gpu="GPU-1"} ${24 * gib}`,
      `mlx_host_gpu_memory_used_bytes{gpu="GPU-1"} ${19.5 * gib}`,
      `mlx_host_gpu_memory_unattributed_bytes{gpu="GPU-1"} ${9 * gib}`,
      `mlx_exporter_unavailable{${w},field="gpu_memory_limit/mps",reason="unlimited"} 1`,
    ]);
  });

  it("tells of two GPUs by themselves, and of the one with less left where there is no GPU among the labels", async () => {
    const other = { ...device, uuid: "GPU-2", usedBytes: known(23 * gib) };
    const text = await lines(
      await look(gpuHost(sampled(device, other))),
      /mlx_process.*gpu_memory/,
    );
    assert.deepEqual(
      text.filter((line) => /headroom|binding/.test(line)),
      [
        `mlx_process_gpu_memory_headroom_bytes{${p},source="device",gpu="GPU-1"} ${4.5 * gib}`,
        `mlx_process_gpu_memory_headroom_bytes{${p},source="device",gpu="GPU-2"} ${gib}`,
        `mlx_process_headroom_ratio{${p},resource="gpu_memory",source="device"} ${1 / 24}`,
        `mlx_process_limit_binding_info{${p},resource="gpu_memory",source="device",scope="GPU-2"} 1`,
      ],
    );
  });

  it("bounds a process on a MIG instance by the instance, and counts it as limited", async () => {
    const instance = { ...device, uuid: "MIG-a", name: "Stand-in MIG" };
    const cut = { ...device, totalBytes: known(80 * gib), processes: [], instances: [instance] };
    const view = await look(gpuHost(sampled(cut)));
    assert.deepEqual(
      await lines(view, /limited.*gpu_memory|gpu_info|limit_bytes.*gpu=|host_gpu_memory_t/),
      [
        `mlx_process_gpu_memory_limit_bytes{${p},source="mig",gpu="MIG-a"} ${24 * gib}`,
        `mlx_workload_limited{${w},resource="gpu_memory"} 1`,
        `mlx_host_gpu_info{gpu="GPU-1",name="Stand-in L4",parent=""} 1`,
        `mlx_host_gpu_info{gpu="MIG-a",name="Stand-in MIG",parent="GPU-1"} 1`,
        `mlx_host_gpu_memory_total_bytes{gpu="GPU-1"} ${80 * gib}`,
      ],
    );
  });

  it("knows no limit of a GPU that shares the machine's memory, and says that cgroups do not cover it", async () => {
    const absent = missing("unsupported");
    const shared = { ...device, totalBytes: absent, usedBytes: absent, reservedBytes: absent };
    const view = await look(gpuHost(sampled(shared)));
    assert.deepEqual(await lines(view, /gpu_memory|covers_gpu/), [
      `mlx_process_gpu_memory_bytes{${p},gpu="GPU-1"} ${8 * gib}`,
      `mlx_workload_gpu_memory_bytes{${w}} ${8 * gib}`,
      `mlx_workload_gpu_memory_max_bytes{${w}} ${8 * gib}`,
      `mlx_exporter_unavailable{${w},field="memory_cgroup_covers_gpu",reason="unsupported"} 1`,
      `mlx_exporter_unavailable{${w},field="gpu_memory_limit/device",reason="unsupported"} 1`,
      `mlx_exporter_unavailable{${w},field="gpu_memory_limit/mps",reason="unlimited"} 1`,
    ]);
    assert.deepEqual(await lines(await look(gpuHost()), /covers_gpu/), []);
  });

  it("never shows the figures of before while a call hangs, and shows all others", async () => {
    const host = gpuHost();
    const exporter = await createExporter(host, options);
    host.clock.advance(1);
    await exporter.look();
    host.setNvml("hangs");
    host.clock.advance(15);
    const looking = exporter.look();
    await new Promise((resolve) => setImmediate(resolve));
    host.clock.advance(0.5);
    const view = await looking;
    assert.deepEqual(await lines(view, /gpu|collector_success.*nvidia|process_threads\{/), [
      `mlx_process_threads{${p}} 10`,
      'mlx_exporter_collector_success{collector="nvidia"} 0',
      `mlx_exporter_unavailable{${w},field="gpu_memory_bytes",reason="error"} 1`,
      `mlx_exporter_unavailable{${w},field="gpu_utilization_ratio",reason="error"} 1`,
      `mlx_exporter_unavailable{${w},field="gpu_memory_limit/device",reason="error"} 1`,
    ]);
  });

  it("asks nothing while the collector is off", async () => {
    const host = gpuHost();
    const openNvml = () => assert.fail("NVML was opened");
    const exporter = await createExporter(
      { ...host, openNvml },
      { ...options, collectors: new Set(["host", "process"]) },
    );
    assert.deepEqual(await lines(await exporter.look(), /gpu|nvidia/), []);
  });

  it("shows GPU memory in ps and on the status page, and no column for it where there is no GPU", async () => {
    const view = await look(gpuHost());
    const table = processesTable(view.processes, false);
    assert.match(table, /GPU MEMORY +GPU MEMORY HEADROOM\n/);
    assert.match(table, /8\.0 GiB +4\.5 GiB of 24\.0 GiB \(device GPU-1\)\n$/);
    const facts = { version: "0", now: 0 };
    assert.match(
      statusPage(view, facts, "/metrics"),
      /4\.5 GiB left of 24\.0 GiB, 19\.5 GiB in use/,
    );
    const parsed = JSON.parse(processesJson(view.processes)) as {
      processes: {
        usage: { gpuMemoryBytes: number };
        limits: { resource: string; gpu?: string }[];
      }[];
    };
    assert.equal(parsed.processes[0]?.usage.gpuMemoryBytes, 8 * gib);
    assert.equal(
      parsed.processes[0].limits.find(({ resource }) => resource === "gpu_memory")?.gpu,
      "GPU-1",
    );
    const without = await look(fixtureHost("unified-v2"));
    assert.doesNotMatch(processesTable(without.processes, false), /GPU/);
    const unknown = await look(gpuHost({ kind: "failed", reason: "forbidden", detail: "" }));
    assert.match(processesTable(unknown.processes, false), /\? +\?\n$/);
    assert.match(statusPage(unknown, facts, "/metrics"), /GPU memory[^]{0,40}unknown/);
  });
});
