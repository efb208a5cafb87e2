import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { waitUntil } from "../../lab/wait-until.ts";
import { realNvml, type NvmlOptions } from "../../src/host/nvml.ts";
import type { Nvml, NvmlAnswer, NvmlSample } from "../../src/model/nvml.ts";
import { known, missing } from "../../src/model/figure.ts";
import { compileNvmlStandIn, type Lacking, type NvmlStandIn } from "../support/nvml-stand-in.ts";
import { requireTool } from "../support/requires.ts";

const gib = 1024 ** 3;
/** 80 GiB, of which the driver keeps one and 39 are free. */
const one = `device GPU-1 ${80 * gib} ${gib} ${39 * gib} 37 Stand-in H100`;
const none = -1;

/** Children of this process that run the child program of NVML. */
function childPids(): readonly number[] {
  const pids = readFileSync(`/proc/self/task/${process.pid}/children`, "utf8").trim();
  return pids
    .split(" ")
    .filter(Boolean)
    .filter((pid) => readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("nvml-child"))
    .map(Number);
}
const children = () => childPids().length;

function sampleOf(answer: NvmlAnswer): NvmlSample {
  assert.ok(answer.kind === "sampled", JSON.stringify(answer));
  return answer.sample;
}

describe("NVML, asked through koffi in a child process, of a library that stands in for it", function () {
  this.timeout(60_000);
  let folder: string;
  const made = new Map<string, NvmlStandIn>();
  const opened: Nvml[] = [];

  before(function () {
    if (process.platform !== "linux") this.skip();
    requireTool(this, "gcc", "compiles the library that stands in for NVIDIA's");
    folder = mkdtempSync(join(tmpdir(), "mlx-headroom-nvml-"));
  });
  afterEach(async () => {
    for (const nvml of opened.splice(0)) nvml.close();
    await waitUntil(() => children() === 0 || undefined, { timeoutSeconds: 5 });
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  function standIn(...lacking: readonly Lacking[]): NvmlStandIn {
    const key = lacking.join();
    const library = made.get(key) ?? compileNvmlStandIn(folder, ...lacking);
    made.set(key, library);
    return library;
  }

  function open(library: string, options: NvmlOptions = {}): Nvml {
    const nvml = realNvml({ libraryPath: library, ...options });
    opened.push(nvml);
    return nvml;
  }

  async function processesOf(nvml: Nvml) {
    const { devices } = sampleOf(await nvml.sample());
    return devices[0]?.processes.map(({ pid, memoryBytes }) => [
      pid,
      "value" in memoryBytes ? memoryBytes.value : memoryBytes.missing,
    ]);
  }

  it("says of each GPU what it is, what memory it has and what is used, and how busy it is", async () => {
    const { library, say } = standIn();
    say(one, `device GPU-2 ${24 * gib} 0 ${24 * gib} 0 Stand-in L4`);
    const { devices, lost } = sampleOf(await open(library).sample());
    assert.deepEqual(lost, []);
    assert.deepEqual(devices, [
      {
        uuid: "GPU-1",
        name: "Stand-in H100",
        totalBytes: known(80 * gib),
        reservedBytes: known(gib),
        usedBytes: known(41 * gib),
        utilizationRatio: known(0.37),
        processes: [],
        instances: [],
      },
      {
        uuid: "GPU-2",
        name: "Stand-in L4",
        totalBytes: known(24 * gib),
        reservedBytes: known(0),
        usedBytes: known(0),
        utilizationRatio: known(0),
        processes: [],
        instances: [],
      },
    ]);
  });

  for (const [stride, lacking] of [
    [24, []],
    [32, []],
    [16, []],
    [24, ["WITHOUT_V3"]],
    [16, ["WITHOUT_V3", "WITHOUT_V2"]],
  ] as const) {
    const which = lacking.length === 0 ? "the newest function" : `a library ${lacking.join(", ")}`;
    for (const clears of [[], ["clears 1"]]) {
      it(`reads rows of ${stride} bytes from ${which}${clears.length > 0 ? ", its buffer cleared first" : ""}`, async () => {
        const { library, say } = standIn(...lacking);
        const rows = Array.from({ length: 40 }, (_, index) => [100 + index, (index + 1) * gib]);
        const lines = rows.map(
          ([pid = 0, bytes = 0]) => `process 0 compute ${pid} ${bytes} ${none}`,
        );
        const nvml = open(library);
        for (const count of [1, 2, 3, 40]) {
          say(one, `stride ${stride}`, ...clears, ...lines.slice(0, count));
          assert.deepEqual(await processesOf(nvml), rows.slice(0, count));
        }
      });
    }
  }

  it("waits for a child that is slow to start longer than for what it does then", async () => {
    const { library, say } = standIn();
    say(one);
    const nvml = open(library, { firstPatienceSeconds: 1 });
    const answer = nvml.sample();
    const [pid = 0] = childPids();
    process.kill(pid, "SIGSTOP");
    await new Promise((resolve) => setTimeout(resolve, 1500));
    process.kill(pid, "SIGCONT");
    assert.equal(sampleOf(await answer).devices.length, 1);
  });

  it("makes room for as many processes as there are, as they come and go", async () => {
    const { library, say } = standIn();
    const nvml = open(library);
    for (const count of [500, 0, 33, 32]) {
      const lines = Array.from(
        { length: count },
        (_, index) => `process 0 compute ${1000 + index} 5 ${none}`,
      );
      say(one, ...lines);
      assert.equal((await processesOf(nvml))?.length, count);
    }
  });

  it("counts a process that computes and draws once, and knows those of MPS; memory that is not told is absent", async () => {
    const { library, say } = standIn();
    say(
      one,
      `process 0 compute 7 ${gib} ${none}`,
      `process 0 graphics 7 ${gib} ${none}`,
      `process 0 mps 8 ${2 * gib} ${none}`,
      `process 0 compute 9 -1 ${none}`,
    );
    assert.deepEqual(await processesOf(open(library)), [
      [7, gib],
      [9, "unsupported"],
      [8, 2 * gib],
    ]);
  });

  it("reads memory by the older function where there is no newer", async () => {
    const { library, say } = standIn("WITHOUT_MEMORY_V2");
    say(one);
    const [device] = sampleOf(await open(library).sample()).devices;
    assert.deepEqual(
      [device?.totalBytes, device?.usedBytes, device?.reservedBytes],
      [known(80 * gib), known(41 * gib), missing("unsupported")],
    );
  });

  it("takes utilisation from the second sample on, of processes that run, newer than the last, and at most 100 %", async () => {
    const { library, say } = standIn();
    const pids = [5, 6, 7, 8].map((pid) => `process 0 compute ${pid} 1 ${none}`);
    const nvml = open(library);
    const utilizations = async () =>
      sampleOf(await nvml.sample()).devices[0]?.processes.map(
        ({ utilizationRatio }) => utilizationRatio,
      );
    say(one, ...pids, "busy 0 5 1000 99");
    assert.deepEqual(await utilizations(), Array(4).fill(missing("not_measured")));
    // 5 has no sample but the old one; 6 two, the newest of which counts; 8 one that cannot be; 9 does not run.
    const busy = ["5 1000 99", "6 3000 40", "6 2000 90", "8 3000 4294967", "9 3000 50"];
    say(one, ...pids, ...busy.map((row) => `busy 0 ${row}`));
    assert.deepEqual(await utilizations(), [known(0), known(0.4), known(0), missing("error")]);
    say(one, ...pids);
    assert.deepEqual(await utilizations(), Array(4).fill(known(0)), "none has a sample: all idle");
  });

  it("keeps what it knows when one call fails, and says of the rest why it is missing", async () => {
    const { library, say } = standIn();
    const nvml = open(library);
    const failing = async (name: string, code: number) => {
      say(one, `process 0 compute 7 5 ${none}`, `error ${name} ${code}`);
      const [device] = sampleOf(await nvml.sample()).devices;
      assert.ok(device !== undefined && device.uuid === "GPU-1");
      return device;
    };
    const codes = [
      [3, "unsupported"],
      [4, "forbidden"],
      [15, "error"],
      [999, "error"],
    ] as const;
    for (const [code, reason] of codes) {
      const absent = missing(reason);
      assert.deepEqual(
        (await failing("nvmlDeviceGetUtilizationRates", code)).utilizationRatio,
        absent,
      );
      const memory = await failing("nvmlDeviceGetMemoryInfo_v2", code);
      assert.deepEqual([memory.totalBytes, memory.usedBytes], [absent, absent]);
      const list = await failing("nvmlDeviceGetComputeRunningProcesses_v3", code);
      assert.deepEqual([list.processes, list.processesMissing], [[], reason]);
      const busy = await failing("nvmlDeviceGetProcessUtilization", code);
      assert.deepEqual(busy.processes[0]?.utilizationRatio, absent);
    }
    const graphics = await failing("nvmlDeviceGetGraphicsRunningProcesses_v3", 3);
    assert.deepEqual([graphics.processes.length, graphics.processesMissing], [1, undefined]);
  });

  it("tells a GPU that is lost from one that is kept from this container", async () => {
    const { library, say } = standIn();
    say(one, "error nvmlDeviceGetHandleByIndex_v2 15");
    assert.deepEqual(sampleOf(await open(library).sample()), { devices: [], lost: ["error"] });
    say(one, "error nvmlDeviceGetHandleByIndex_v2 4");
    assert.deepEqual(sampleOf(await open(library).sample()), { devices: [], lost: [] });
  });

  for (const refused of [false, true]) {
    it(`gives each MIG instance its own memory and processes${refused ? ", by the whole GPU's list where it has none" : ""}`, async () => {
      const { library, say } = standIn();
      say(
        one,
        `instance 0 MIG-a ${20 * gib} 0 ${15 * gib} 3`,
        `instance 0 MIG-b ${10 * gib} 0 ${9 * gib} 5`,
        `process 0 compute 7 ${4 * gib} 3`,
        `process 0 compute 8 ${gib} 5`,
        ...(refused ? ["refuses instances"] : []),
      );
      const { devices } = sampleOf(await open(library).sample());
      const [device] = devices;
      assert.deepEqual(device?.processes, []);
      assert.deepEqual(
        device.instances.map(({ uuid, totalBytes, usedBytes, processes }) => [
          uuid,
          totalBytes,
          usedBytes,
          processes.map(({ pid, utilizationRatio }) => [pid, utilizationRatio]),
        ]),
        [
          ["MIG-a", known(20 * gib), known(5 * gib), [[7, missing("unsupported")]]],
          ["MIG-b", known(10 * gib), known(gib), [[8, missing("unsupported")]]],
        ],
      );
    });
  }

  it("is off for good where the library cannot be loaded, or finds no driver, and keeps no child for that", async () => {
    const nvml = open(join(folder, "no-such.so"));
    const answer = await nvml.sample();
    assert.ok(answer.kind === "off" && answer.why === "no_library");
    assert.match(answer.detail, /no-such\.so/);
    const { library, say } = standIn();
    say("error nvmlInit_v2 9");
    const other = open(library);
    const driverless = await other.sample();
    assert.ok(driverless.kind === "off" && driverless.why === "no_driver");
    await waitUntil(() => children() === 0 || undefined, { timeoutSeconds: 5 });
    say(one);
    assert.equal((await other.sample()).kind, "off");
    assert.equal((await nvml.sample()).kind, "off");
    assert.equal(children(), 0);
  });

  it("is off for good without koffi, which npm may have left out", async () => {
    const { library, say } = standIn();
    say(one);
    // A copy of the program from where no package can be found.
    const copy = join(folder, "copy");
    cpSync(fileURLToPath(new URL("../../src", import.meta.url)), join(copy, "src"), {
      recursive: true,
    });
    writeFileSync(join(copy, "package.json"), '{ "type": "module" }');
    const program = (await import(join(copy, "src/host/nvml.js"))) as {
      readonly realNvml: typeof realNvml;
    };
    const nvml = program.realNvml({ libraryPath: library });
    opened.push(nvml);
    const answer = await nvml.sample();
    assert.ok(answer.kind === "off" && answer.why === "no_koffi", JSON.stringify(answer));
    assert.match(answer.detail, /koffi/);
  });

  it("asks again, with a child of its own, after a driver that does not fit its library, and not at once", async () => {
    const { library, say } = standIn();
    say("error nvmlInit_v2 18");
    const nvml = open(library);
    const first = await nvml.sample();
    assert.ok(first.kind === "failed" && first.reason === "error");
    assert.match(first.detail, /18/);
    say(one);
    assert.deepEqual(await nvml.sample(), first, "not at once");
    const mended = await waitUntil(
      async () => ((await nvml.sample()).kind === "sampled" ? true : undefined),
      { timeoutSeconds: 10 },
    );
    assert.ok(mended);
  });

  it("gives up a call that hangs and ends its child; the next one answers", async () => {
    const { library, say } = standIn();
    say(one);
    const nvml = open(library, { patienceSeconds: 0.5 });
    assert.equal((await nvml.sample()).kind, "sampled");
    say(one, "hang nvmlDeviceGetMemoryInfo_v2");
    const [asked, sharing] = await Promise.all([nvml.sample(), nvml.sample()]);
    assert.deepEqual([asked.kind, sharing.kind], ["blocked", "blocked"]);
    assert.ok(await waitUntil(() => children() === 0 || undefined, { timeoutSeconds: 5 }));
    say(one);
    const again = await waitUntil(
      async () => ((await nvml.sample()).kind === "sampled" ? true : undefined),
      { timeoutSeconds: 10 },
    );
    assert.ok(again);
  });

  it("has two children at the most while neither can be ended", async () => {
    const { library, say } = standIn();
    say("hang nvmlInit_v2");
    // What hangs in the kernel outlives SIGKILL; here the signal is held back instead.
    const held: ChildProcess[] = [];
    const nvml = open(library, {
      firstPatienceSeconds: 0.5,
      kill: (child) => void held.push(child),
    });
    let most = 0;
    await waitUntil(
      async () => {
        assert.equal((await nvml.sample()).kind, "blocked");
        most = Math.max(most, children());
        return new Set(held).size === 2 ? true : undefined;
      },
      { timeoutSeconds: 20 },
    );
    for (let again = 0; again < 5; again++) {
      assert.equal((await nvml.sample()).kind, "blocked");
      most = Math.max(most, children());
    }
    assert.equal(most, 2);
    for (const child of held) child.kill("SIGKILL");
  });
});
