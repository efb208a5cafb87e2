import assert from "node:assert/strict";
import { interpreterOf } from "../../src/exporter/interpreter.ts";
import type { MlxProcess } from "../../src/model/process.ts";
import { roots } from "../support/fixture-host.ts";
import { memoryHost, type MemoryFile } from "../support/memory-host.ts";

const process = { pid: 7 } as MlxProcess;
const machine = (cmdline: MemoryFile, uid = 1000, more: Readonly<Record<string, string>> = {}) =>
  memoryHost({
    "/proc/self/status": "Name:\tnode\nUid:\t1000\t1000\t1000\t1000\n",
    "/proc/7/status": `Name:\tpython\nUid:\t${uid}\t${uid}\t${uid}\t${uid}\n`,
    "/proc/7/cmdline": cmdline,
    ...more,
  });

describe("the interpreter of a workload", () => {
  it("is the one its command line names, inside its virtual environment", async () => {
    const host = machine("/venv/bin/python3.12\0/venv/bin/mlx_lm.server\0");
    assert.deepEqual(await interpreterOf(host, roots, process), { python: "/venv/bin/python3.12" });
  });

  it("is looked for from the folder the process runs in, or in PATH", async () => {
    const cwd = { "/proc/7/cwd": "-> /home/ada" };
    const relative = machine("venv/bin/python\0-m\0mlx_lm\0", 1000, cwd);
    assert.deepEqual(await interpreterOf(relative, roots, process), {
      python: "/home/ada/venv/bin/python",
    });
    assert.deepEqual(await interpreterOf(machine("python3\0x.py\0"), roots, process), {
      python: "python3",
    });
    assert.equal(await interpreterOf(machine("venv/bin/python\0"), roots, process), "none");
  });

  it("is never one that another user's process names, since it would be run with our rights", async () => {
    assert.equal(
      await interpreterOf(machine("/tmp/evil/python\0", 1001), roots, process),
      "not ours",
    );
    const unreadable = machine("/tmp/evil/python\0");
    unreadable.remove("/proc/7/status");
    assert.equal(await interpreterOf(unreadable, roots, process), "not ours");
  });

  it("is none where no Python runs it, or where that cannot be read", async () => {
    for (const cmdline of [
      "/usr/bin/ollama\0runner\0",
      "",
      "forbidden",
      "blocked",
      "/x/pythonic\0",
    ])
      assert.equal(await interpreterOf(machine(cmdline), roots, process), "none");
  });
});
