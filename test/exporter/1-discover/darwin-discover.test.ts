import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createDarwinDiscoverer } from "../../../src/exporter/1-discover/darwin-discover.ts";
import type { DarwinNative, ProcessTable } from "../../../src/model/darwin.ts";
import type { WorkloadRule } from "../../../src/model/workload-rule.ts";
import { memoryHost } from "../../support/memory-host.ts";
import { type DescribedRow, kernelOf, noJobs, noKernel, tableOf } from "./darwin-rows.ts";

const server = [
  "/usr/bin/python3",
  "/venv/bin/mlx_lm.server",
  "--model",
  "org/Q",
  "--port",
  "8081",
];
const spawn =
  "from multiprocessing.spawn import spawn_main; spawn_main(tracker_fd=5, pipe_handle=9)";
const child = ["/usr/bin/python3", "-c", spawn, "--multiprocessing-fork"];

describe("discovery on macOS", () => {
  it("tells whose a process is, since when it runs, and that its environment is not shown", async () => {
    const { discover, host } = started(noKernel);
    assert.deepEqual(await discover([{ pid: 7, parent: 3, start: 1_790_000_000, argv: server }]), {
      processes: [
        {
          pid: 7,
          parentPid: 3,
          startTicks: 1_790_000_000,
          startTime: 1_790_000_000,
          workload: "mlx_lm.server:Q",
          runtime: "mlx_lm.server",
          role: "server",
          model: "org/Q",
          port: 8081,
          user: "dev",
          environmentMissing: "unsupported",
        },
      ],
      dropped: { processes: 0, workloads: 0, labels: 0 },
      readable: true,
      blocked: 0,
      numbersAreOurs: true,
    });
    assert.deepEqual(host.ran, ["/usr/bin/id -un 501"]);
  });

  it("asks for a user's name once, of MLX processes only, and shows the uid where none is known", async () => {
    const { discover, host } = started(noKernel);
    host.setCommand("/usr/bin/id -un 88", {
      kind: "ran",
      exitCode: 1,
      stdout: Buffer.from("x\n"),
      stderr: "no such user",
    });
    host.setCommand("/usr/bin/id -un 89", { kind: "failed", message: "EAGAIN" });
    const processes = [
      { pid: 7, argv: server, uid: 88 },
      { pid: 8, argv: server, uid: -2 },
      { pid: 9, argv: server, uid: 89 },
      { pid: 10, argv: server },
      { pid: 11, argv: ["login"], uid: 0 },
    ];
    const users = async (extra: readonly DescribedRow[]) =>
      (await discover([...processes, ...extra])).processes.map(({ user }) => user);
    assert.deepEqual(await users([]), ["88", "-2", "89", "dev"]);
    assert.deepEqual(await users([{ pid: 12, argv: server, uid: 88 }]), [
      "88",
      "-2",
      "89",
      "dev",
      "88",
    ]);
    assert.deepEqual(host.ran, ["/usr/bin/id -un 88", "/usr/bin/id -un 89", "/usr/bin/id -un 501"]);
    host.setCommand("/usr/bin/id -un 89", {
      kind: "ran",
      exitCode: 0,
      stdout: Buffer.from("late\n"),
      stderr: "",
    });
    assert.deepEqual((await users([{ pid: 13, argv: server, uid: 89 }])).at(-1), "late");
  });

  it("makes children of multiprocessing workers of the server above them", async () => {
    const { discover } = started(noKernel);
    const { processes } = await discover([
      { pid: 10, argv: ["python3", "/v/mlx-openai-server", "launch", "--model-path", "org/Q"] },
      { pid: 11, parent: 10, argv: child },
      {
        pid: 12,
        parent: 10,
        argv: ["python3", "-c", "from multiprocessing.resource_tracker import main;main(5)"],
      },
      { pid: 13, parent: 10, argv: ["VLLM::EngineCore"], zombie: true },
      { pid: 16, parent: 1, argv: ["/EXO.app/exo"] },
      {
        pid: 17,
        parent: 16,
        argv: ["/EXO.app/exo", "--multiprocessing-fork", "tracker_fd=5", "pipe_handle=9"],
      },
      { pid: 14, parent: 1, argv: child },
      { pid: 15, parent: 10, start: 5, argv: child },
    ]);
    assert.deepEqual(
      processes.map(({ pid, role, model }) => [pid, role, model]),
      [
        [10, "server", "org/Q"],
        [11, "worker", "org/Q"],
        [16, "server", undefined],
        [17, "worker", undefined],
      ],
    );
  });

  it("leaves out this process, its ancestors, the dead and those without a command line", async () => {
    const { discover } = started(noKernel, { pid: 21 });
    const { processes } = await discover([
      { pid: 20, argv: server },
      { pid: 21, parent: 20, argv: server },
      { pid: 22, parent: 21, argv: server },
      { pid: 30, argv: server, zombie: true },
      { pid: 31, argv: server, command: "<defunct>" },
      { pid: 32, argv: server, command: "(python3)" },
      { pid: 33, argv: server, command: "" },
    ]);
    assert.deepEqual(
      processes.map(({ pid }) => pid),
      [22],
    );
  });

  it("hands out one object as long as nothing of a process changes, and keeps none of one that is gone", async () => {
    const { discover, discoverer } = started(noKernel);
    const one = async (process: DescribedRow) => (await discover([process])).processes[0];
    const first = await one({ pid: 7, parent: 3, argv: server });
    assert.equal(await one({ pid: 7, parent: 3, argv: server }), first);
    discoverer.configure([]);
    assert.equal(
      await one({ pid: 7, parent: 3, argv: server }),
      first,
      "looked at again, the same",
    );
    assert.equal((await one({ pid: 7, parent: 1, argv: server }))?.parentPid, 1);
    await discover([]);
    assert.notEqual(await one({ pid: 7, parent: 3, argv: server }), first);
  });

  it("notices another program under a pid, whether it was started or the old one became it", async () => {
    const { discover } = started(noKernel);
    const names = async (process: DescribedRow) =>
      (await discover([process])).processes.map(({ runtime }) => runtime);
    assert.deepEqual(await names({ pid: 7, argv: ["bash", "-c", "exec mlx_lm.server"] }), []);
    assert.deepEqual(await names({ pid: 7, argv: server }), ["mlx_lm.server"]);
    assert.deepEqual(await names({ pid: 7, argv: ["omlx-server", "", ""] }), ["oMLX"]);
    assert.deepEqual(await names({ pid: 7, start: 9, argv: ["sleep", "9"] }), []);
    await names({ pid: 7, start: 9, argv: server });
    const [again] = (await discover([{ pid: 7, start: 10, argv: server }])).processes;
    assert.equal(again?.startTime, 10);
  });

  it("goes by other rules at once, of a user's name, too", async () => {
    const { discover, discoverer } = started(noKernel);
    const rule = (name: string, user: string): WorkloadRule => ({
      name,
      match: { user },
      expect: "never",
    });
    const name = async () =>
      (await discover([{ pid: 7, argv: server }])).processes.map(({ workload }) => workload);
    assert.deepEqual(await name(), ["mlx_lm.server:Q"]);
    discoverer.configure([rule("theirs", "other"), rule("mine", "dev")]);
    assert.deepEqual(await name(), ["mine"]);
    discoverer.configure([rule("mine", "501")]);
    assert.deepEqual(await name(), ["mine"]);
  });

  it("knows a user's name when a rule asks for it in the first discovery", async () => {
    const rules: readonly WorkloadRule[] = [
      { name: "mine", match: { user: "dev" }, expect: "never" },
    ];
    const { discover } = started(noKernel, {}, rules);
    assert.equal((await discover([{ pid: 7, argv: server }])).processes[0]?.workload, "mine");
  });

  it("gives a process no later rule's name where it cannot tell whether an earlier one holds", async () => {
    const rules: readonly WorkloadRule[] = [
      { name: "chat", match: { flags: { "--port": "8081" } }, expect: "never" },
      { name: "any", match: { runtime: "mlx_lm.server" }, expect: "never" },
    ];
    const processes = [
      { pid: 7, argv: ["mlx_lm.server", "--chat-template", "a b", "--port", "8081"] },
    ];
    const name = async (native: typeof noKernel) =>
      (await started(native, {}, rules).discover(processes)).processes[0]?.workload;
    assert.equal(await name(noKernel), "mlx_lm.server");
    assert.equal(await name(kernelOf(processes).native), "chat");
  });

  it("takes nothing from a table that could not be had: what was found stays found", async () => {
    const { discover, discoverer } = started(noKernel);
    const before = await discover([{ pid: 7, argv: server }]);
    const table: ProcessTable = {
      kind: "unlisted",
      reason: "error",
      detail: "ps did not end in time",
    };
    assert.deepEqual(await discoverer.discover(table), { ...before, readable: false });
  });

  it("keeps the oldest when there are more than may be, and counts the rest", async () => {
    const host = memoryHost({}, { platform: "darwin" });
    const discoverer = createDarwinDiscoverer(
      host,
      { rules: [], maxProcesses: 1 },
      noKernel,
      noJobs,
    );
    const { processes, dropped } = await discoverer.discover(
      tableOf([
        { pid: 7, start: 9, argv: server },
        { pid: 8, start: 5, argv: server },
      ]),
    );
    assert.deepEqual([processes.map(({ pid }) => pid), dropped.processes], [[8], 1]);
  });

  it("finds no MLX process in a recording of a Mac without any", async () => {
    const { discoverer } = started(noKernel);
    const table = recorded();
    assert.equal(table.kind === "listed" && table.rows.length, 33);
    assert.deepEqual((await discoverer.discover(table)).processes, []);
  });

  it("finds runtime, port and model in a recorded command line of mlx_lm.server", async () => {
    const [line = ""] = fixture("argv-mlx-lm-server.txt").split("\n");
    const { discover } = started(noKernel);
    const row = { pid: 1581, argv: [], shortName: "Python", command: line };
    const [found] = (await discover([row])).processes;
    assert.deepEqual(
      [found?.runtime, found?.role, found?.port, found?.workload],
      ["mlx_lm.server", "server", 8081, "mlx_lm.server:qwen3.5-9b"],
    );
  });
});

describe("exact arguments on macOS", () => {
  const blank = ["mlx_lm.server", "--model", "My Model"];

  it("are asked for once of each new process that could be MLX, and never of another user's", async () => {
    const processes = [
      { pid: 7, argv: blank },
      { pid: 8, argv: ["sleep", "9"] },
      { pid: 9, argv: blank, uid: 502 },
      { pid: 10, argv: ["python3", "train.py"] },
      { pid: 11, argv: child },
      { pid: 12, argv: ["python3", "x"], command: "(python3)" },
      { pid: 13, argv: ["bash"], command: "(bash)" },
    ];
    const kernel = kernelOf(processes);
    const { discover } = started(kernel.native);
    const models = async (extra: readonly DescribedRow[]) =>
      (await discover([...processes, ...extra])).processes.map(({ model }) => model);
    assert.deepEqual(await models([]), ["My Model", undefined]);
    assert.deepEqual(await models([{ pid: 14, argv: blank }]), ["My Model", undefined, undefined]);
    assert.deepEqual(kernel.asked, [[7, 12], [14]]);
  });

  it("are asked for of everybody's processes by the superuser", async () => {
    const processes = [{ pid: 9, argv: blank, uid: 502 }];
    const kernel = kernelOf(processes);
    const host = { ...memoryHost({}, { platform: "darwin" }), superuser: true };
    const discoverer = createDarwinDiscoverer(host, { rules: [] }, kernel.native, noJobs);
    const [found] = (await discoverer.discover(tableOf(processes))).processes;
    assert.equal(found?.model, "My Model");
  });

  it("give way to the text, process by process, where the kernel refuses; in the middle of an exec they are asked for again", async () => {
    const processes = [
      { pid: 7, argv: [...server, "--log", "a b"] },
      { pid: 8, argv: blank },
      { pid: 9, argv: blank },
    ];
    const kernel = kernelOf(processes);
    kernel.answers.set(7, { missing: "forbidden" });
    kernel.answers.set(8, { missing: "error" });
    const { discover, host } = started(kernel.native);
    const models = async () => (await discover(processes)).processes.map(({ model }) => model);
    assert.deepEqual(await models(), ["org/Q", undefined, "My Model"]);
    assert.deepEqual(await models(), ["org/Q", undefined, "My Model"]);
    assert.deepEqual(await models(), ["org/Q", undefined, "My Model"]);
    assert.deepEqual(kernel.asked, [[7, 8, 9], [8]]);
    kernel.answers.set(8, blank);
    host.clock.advance(60);
    assert.deepEqual(await models(), ["org/Q", "My Model", "My Model"]);
  });

  it("that block are counted, replaced by the text, and asked for again a minute later", async () => {
    const processes = [
      { pid: 7, argv: blank },
      { pid: 8, argv: ["sleep", "9"] },
    ];
    const kernel = kernelOf(processes);
    let blocks = true;
    const { discover, host } = started({
      commandLines: (pids) =>
        blocks ? Promise.resolve({ kind: "blocked" }) : kernel.native.commandLines(pids),
    });
    const seen = async () => {
      const { blocked, processes: found } = await discover(processes);
      return [blocked, found[0]?.runtime, found[0]?.model];
    };
    assert.deepEqual(await seen(), [1, "mlx_lm.server", undefined]);
    blocks = false;
    assert.deepEqual(await seen(), [1, "mlx_lm.server", undefined]);
    host.clock.advance(60);
    assert.deepEqual(await seen(), [0, "mlx_lm.server", "My Model"]);
  });

  it("that come late are waited for no longer than patience lasts, and are in the next discovery", async () => {
    const processes = [{ pid: 7, argv: blank }];
    let answer: () => void = () => undefined;
    const late = new Promise<void>((resolve) => (answer = resolve));
    const kernel = kernelOf(processes);
    const native: Pick<DarwinNative, "commandLines"> = {
      commandLines: (pids) => late.then(() => kernel.native.commandLines(pids)),
    };
    const { discoverer, host } = started(native);
    const first = discoverer.discover(tableOf(processes), 2);
    host.clock.advance(2);
    assert.deepEqual((await first).processes, []);
    answer();
    const second = await discoverer.discover(tableOf(processes), 2);
    assert.equal(second.processes[0]?.model, "My Model");
    assert.deepEqual(kernel.asked, [[7]]);
  });

  it("find what the text hides", async () => {
    const argv = ["/Python.app/Contents/MacOS/Python", "/Users/dev/My Projects/mlx_lm/server.py"];
    const processes = [{ pid: 7, argv }];
    assert.deepEqual((await started(noKernel).discover(processes)).processes, []);
    const { native } = kernelOf(processes);
    assert.equal((await started(native).discover(processes)).processes.length, 1);
  });
});

function started(
  native: Pick<DarwinNative, "commandLines">,
  options: { readonly pid?: number } = {},
  rules: readonly WorkloadRule[] = [],
) {
  const host = memoryHost({}, { platform: "darwin", ...options });
  host.setCommand("/usr/bin/id -un 501", {
    kind: "ran",
    exitCode: 0,
    stdout: Buffer.from("dev\n"),
    stderr: "",
  });
  const discoverer = createDarwinDiscoverer(host, { rules }, native, noJobs);
  return {
    host,
    discoverer,
    discover: (processes: readonly DescribedRow[]) => discoverer.discover(tableOf(processes)),
  };
}

/** The recording's own columns, which are not those that the exporter asks for. */
function recorded(): ProcessTable {
  const row = /^ *(\d+) +(\d+) +\d+ +(-?\d+) +(\d+) +[\d.]+ +[\d:.]+ (?:\S+ +){5}(.{16}) (.*)$/;
  const rows = fixture("ps-axww.txt")
    .split("\n")
    .flatMap((line) => {
      const [, pid, parent, uid, , name = "", command = ""] = row.exec(line) ?? [];
      if (pid === undefined) return [];
      const zombie = command === "<defunct>";
      return {
        pid: Number(pid),
        parent: Number(parent),
        uid: Number(uid),
        shortName: name.trim(),
        command,
        argv: [],
        zombie,
      };
    });
  return tableOf(rows);
}

function fixture(name: string): string {
  return readFileSync(new URL(`../../../../test/fixtures/macos/${name}`, import.meta.url), "utf8");
}
