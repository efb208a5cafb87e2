import assert from "node:assert/strict";
import { softwareOf } from "../../src/exporter/software.ts";
import type { MlxProcess } from "../../src/model/process.ts";
import { roots } from "../support/fixture-host.ts";
import { memoryHost } from "../support/memory-host.ts";

const files = {
  "/proc/self/status": "Name:\tnode\nUid:\t1000\t1000\t1000\t1000\n",
  "/proc/7/status": "Name:\tpython\nUid:\t1000\t1000\t1000\t1000\n",
  "/proc/7/cmdline": "/venv/bin/python3\0/venv/bin/mlx_lm.server\0",
  "/venv/pyvenv.cfg": "home = /usr/bin\nversion = 3.11.2\n",
  "/venv/lib/python3.11/site-packages/mlx-0.32.4.dist-info/METADATA": "",
  "/venv/lib/python3.11/site-packages/mlx_cpu-0.32.4.dist-info/METADATA": "",
  "/venv/lib/python3.11/site-packages/mlx_lm-0.31.3.dist-info/METADATA": "",
  "/m/tiny/model-1.safetensors": "12345",
  "/m/tiny/model-2.safetensors": "678",
  "/m/tiny/config.json": "{}",
};
const server = { pid: 7, model: "/m/tiny" } as MlxProcess;

describe("the software of a process", () => {
  it("is what its virtual environment and its model's folder tell, and nothing of it is run", async () => {
    const host = memoryHost(files);
    assert.deepEqual(await softwareOf(host, roots, server), {
      mlx: "0.32.4",
      mlxLm: "0.31.3",
      python: "3.11.2",
      modelBytes: 8,
    });
    assert.deepEqual(host.ran, []);
  });

  it("is unknown where nothing tells it: a model of some hub, another user's process", async () => {
    const hub = { ...server, model: "org/tiny" };
    const other = memoryHost({
      ...files,
      "/proc/7/status": "Name:\tpython\nUid:\t1001\t1001\t1001\t1001\n",
    });
    assert.deepEqual(await softwareOf(other, roots, hub), {});
  });
});
