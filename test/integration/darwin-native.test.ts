import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { waitUntil } from "../../lab/wait-until.ts";
import { realDarwin, type DarwinOptions } from "../../src/host/darwin.ts";
import type { DarwinNative, NativeAnswer, NativeProcess } from "../../src/model/darwin.ts";
import { known, missing } from "../../src/model/figure.ts";
import { compileDarwinStandIn, type DarwinStandIn } from "../support/darwin-stand-in.ts";
import { requireTool } from "../support/requires.ts";

const mebibyte = 1024 ** 2;
const soon = { timeoutSeconds: 10 };

/** A server whose model is swapped out: hardly anything is resident, and nearly all of its footprint is graphics. */
const swapped = [
  "process 4242 501 1800000000 250000 23 41",
  `rusage 4242 240000000 12000000 ${13 * mebibyte} ${5154 * mebibyte} ${9215 * mebibyte} ${2 * mebibyte} 77 1000 2000`,
  `vm 4242 ${5100 * mebibyte} 0 ${4879 * mebibyte}`,
];
const figuresOfSwapped: NativeProcess = {
  pid: 4242,
  startTime: known(1_800_000_000.25),
  cpuUserSeconds: known(10),
  cpuSystemSeconds: known(0.5),
  residentBytes: known(13 * mebibyte),
  footprintBytes: known(5154 * mebibyte),
  footprintPeakBytes: known(9215 * mebibyte),
  compressedBytes: known(5100 * mebibyte),
  graphicsBytes: known(4879 * mebibyte),
  wiredBytes: known(2 * mebibyte),
  pageIns: known(77),
  diskReadBytes: known(1000),
  diskWrittenBytes: known(2000),
  threads: known(23),
  openFds: known(41),
};
const ofOthers = "process 33 502 1800000000 0 5 5";

/** Children of this process that run the child program. */
function children(): readonly number[] {
  const text = readFileSync(`/proc/self/task/${process.pid}/children`, "utf8");
  const pids = text.trim().split(" ").filter(Boolean).map(Number);
  return pids.filter((pid) =>
    readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("darwin-child"),
  );
}

function valueOf<T>(answer: NativeAnswer<T>): T {
  assert.ok(answer.kind === "answered", JSON.stringify(answer));
  return answer.value;
}

describe("native calls of macOS, through koffi in a child process, into a library that stands in for libSystem", function () {
  this.timeout(60_000);
  let folder: string;
  let standIn: DarwinStandIn;
  const opened: DarwinNative[] = [];

  before(function () {
    if (process.platform !== "linux") this.skip();
    requireTool(this, "gcc", "compiles the library that stands in for macOS's");
    folder = mkdtempSync(join(tmpdir(), "mlx-headroom-darwin-"));
    standIn = compileDarwinStandIn(folder);
  });
  afterEach(async () => {
    for (const native of opened.splice(0)) native.close();
    await waitUntil(() => children().length === 0 || undefined, soon);
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  function open(options: DarwinOptions = {}): DarwinNative {
    const native = realDarwin({ libraryPath: standIn.library, ...options });
    opened.push(native);
    return native;
  }
  const sampleOf = async (native: DarwinNative, ...pids: readonly number[]) =>
    valueOf(await native.sample(pids));
  const first = async (native: DarwinNative, pid: number) => {
    const [process] = await sampleOf(native, pid);
    assert.ok(process !== undefined);
    return process;
  };
  /** Asks until it answers again, which takes as long as the next child is waited for. */
  const recovered = (native: DarwinNative, pid: number) =>
    waitUntil(async () => {
      const answer = await native.sample([pid]);
      return answer.kind === "answered" ? answer.value : undefined;
    }, soon);

  it("say all there is to say of a server whose model is swapped out", async () => {
    standIn.say(...swapped);
    assert.deepEqual(await sampleOf(open(), 4242), [figuresOfSwapped]);
  });

  it("count CPU time as the kernel says that it ticks", async () => {
    standIn.say("tbfrequency 1000000000", ...swapped);
    const { cpuUserSeconds, cpuSystemSeconds } = await first(open(), 4242);
    assert.deepEqual([cpuUserSeconds, cpuSystemSeconds], [known(0.24), known(0.012)]);
  });

  it("are refused for each figure of another user's process, which is said of each", async () => {
    standIn.say(...swapped, ofOthers);
    const [own, other] = await sampleOf(open(), 4242, 33);
    assert.deepEqual(own, figuresOfSwapped);
    const forbidden = Object.keys(figuresOfSwapped).map((name) => [
      name,
      name === "pid" ? 33 : missing("forbidden"),
    ]);
    assert.deepEqual(other, Object.fromEntries(forbidden));
  });

  it("leave a process out that is gone, and say nothing of it", async () => {
    standIn.say(...swapped, "path 4242 /p", "argument 4242 python3");
    const native = open();
    assert.deepEqual(
      (await sampleOf(native, 9, 4242)).map(({ pid }) => pid),
      [4242],
    );
    const lines = valueOf(await native.commandLines([9, 4242]));
    assert.deepEqual([...lines.keys()], [4242]);
  });

  it("use the older usage where the kernel does not know the newer", async () => {
    standIn.say("rusages 4", ...swapped);
    const native = open();
    for (let again = 0; again < 2; again++)
      assert.deepEqual(await sampleOf(native, 4242), [figuresOfSwapped]);
  });

  it("know 0 graphics memory from a kernel that keeps it, and none from one that does not", async () => {
    standIn.say("process 5 501 1 0 1 1", "vm 5 4096 0 0");
    const native = open();
    assert.deepEqual((await first(native, 5)).graphicsBytes, known(0));
    standIn.say("revision 42", "process 5 501 1 0 1 1", "vm 5 4096 0 0");
    const older = await first(native, 5);
    assert.deepEqual(older.graphicsBytes, missing("unsupported"));
    assert.deepEqual(older.compressedBytes, known(4096));
  });

  it("count no descriptors as 0, and as many as there are", async () => {
    const native = open();
    for (const count of [0, 1, 21, 5000]) {
      standIn.say(`process 5 501 1 0 1 ${count}`);
      assert.deepEqual((await first(native, 5)).openFds, known(count));
    }
    standIn.say("opens 300", "process 5 501 1 0 1 10");
    assert.deepEqual((await first(native, 5)).openFds, known(310), "they were opened meanwhile");
  });

  for (const [call, code, reason, names] of [
    [
      "proc_pid_rusage",
      45,
      "unsupported",
      [
        ..."cpuUserSeconds cpuSystemSeconds residentBytes footprintBytes footprintPeakBytes".split(
          " ",
        ),
        ..."wiredBytes pageIns diskReadBytes diskWrittenBytes".split(" "),
      ],
    ],
    ["proc_pidinfo", 13, "forbidden", ["startTime", "threads", "openFds"]],
    ["proc_pidinfo", 12, "error", ["startTime", "threads", "openFds"]],
    ["task_name_for_pid", 5, "forbidden", ["compressedBytes", "graphicsBytes"]],
    ["task_info", 46, "unsupported", ["compressedBytes", "graphicsBytes"]],
    ["task_info", 4, "error", ["compressedBytes", "graphicsBytes"]],
  ] as const) {
    it(`lose no other figure when ${call} says ${code}, which is ${reason}`, async () => {
      standIn.say(...swapped);
      const native = open();
      await sampleOf(native, 4242);
      standIn.say(...swapped, `error ${call} ${code}`);
      const lost = Object.fromEntries(names.map((name) => [name, missing(reason)]));
      assert.deepEqual(await sampleOf(native, 4242), [{ ...figuresOfSwapped, ...lost }]);
    });
  }

  it("give every name port back, also when nothing could be read through it", async () => {
    standIn.say(...swapped, ofOthers);
    const native = open();
    for (let again = 0; again < 5; again++) await sampleOf(native, 4242, 33, 9);
    assert.deepEqual(standIn.ports(), { given: 5, left: 0 });
    standIn.say(...swapped, "error task_info 4");
    await sampleOf(native, 4242);
    assert.deepEqual(standIn.ports(), { given: 6, left: 0 });
  });

  it("give exact arguments, and nothing of the environment behind them", async () => {
    standIn.say(
      ...swapped,
      ofOthers,
      "path 4242 /opt/homebrew/bin/python3.13",
      ...["python3", "-m", "mlx_lm.server", "--chat-template-args", '{"a": "b  c"}', ""].map(
        (text) => `argument 4242 ${text}`,
      ),
      "environment 4242 SECRET=1",
      "process 6 501 1 0 1 1",
      "path 6 /bin/exec",
      "argument 6 ",
      "environment 6 SECRET=2",
      "process 7 501 1 0 1 1",
    );
    const lines = valueOf(await open().commandLines([4242, 33, 6, 7]));
    assert.deepEqual(
      [...lines],
      [
        [4242, ["python3", "-m", "mlx_lm.server", "--chat-template-args", '{"a": "b  c"}', ""]],
        [33, missing("forbidden")],
        [6, [""]],
        // In the middle of an exec.
        [7, missing("error")],
      ],
    );
  });

  it("give the arguments of as many processes as are asked for", async () => {
    const pids = Array.from({ length: 50 }, (_, index) => 100 + index);
    const lines = pids.map(
      (pid) => `process ${pid} 501 1 0 1 1\npath ${pid} /p\nargument ${pid} of ${pid}`,
    );
    standIn.say(...lines);
    const native = open();
    const read = valueOf(await native.commandLines(pids));
    assert.deepEqual(
      [...read],
      pids.map((pid) => [pid, [`of ${pid}`]]),
    );
    assert.equal(valueOf(await native.commandLines([])).size, 0);
  });

  for (const [what, line, words] of [
    ["resident memory that cannot be", "self resident 4096", /resident memory is 4096/],
    ["a footprint that cannot be", `self footprint ${2 ** 50}`, /footprint is 1125899906842624/],
    ["another pid", "self pid 1", /says pid 1 of pid \d+/],
    ["a structure of another size", "self size 144", /does not give 136 bytes/],
    ["CPU time that cannot be", "self ticks 99000000000", /CPU time is \d+/],
    ["nothing", "error proc_pid_rusage 1", /gives nothing \(forbidden\)/],
    ["no length of a tick", "tbfrequency 0", /CPU time is unknown/],
  ] as const) {
    it(`are off for good when of the child itself the kernel says ${what}`, async () => {
      standIn.say(line, ...swapped);
      const native = open();
      const answer = await native.sample([4242]);
      assert.ok(answer.kind === "off" && answer.why === "self_check", JSON.stringify(answer));
      assert.match(answer.detail, words);
      await waitUntil(() => children().length === 0 || undefined, soon);
      standIn.say(...swapped);
      assert.deepEqual(await native.commandLines([4242]), answer);
      assert.equal(children().length, 0);
    });
  }

  it("are off where the library cannot be loaded, and off macOS without one, where no child is started", async () => {
    const lost = open({ libraryPath: join(folder, "no-such.dylib") });
    const answer = await lost.sample([1]);
    assert.ok(answer.kind === "off" && answer.why === "no_library");
    assert.match(answer.detail, /no-such\.dylib/);
    await waitUntil(() => children().length === 0 || undefined, soon);
    const elsewhere = realDarwin();
    for (const asked of [await elsewhere.sample([1]), await elsewhere.commandLines([1])])
      assert.ok(asked.kind === "off" && asked.why === "no_library");
    assert.equal(children().length, 0);
  });

  it("cost their own answer and nothing else when one crashes", async () => {
    standIn.say(...swapped);
    const native = open();
    await sampleOf(native, 4242);
    standIn.say(...swapped, "crash proc_pid_rusage 4242");
    const crashed = await native.sample([4242]);
    assert.ok(crashed.kind === "failed" && crashed.reason === "error", JSON.stringify(crashed));
    standIn.say(...swapped);
    assert.deepEqual(await recovered(native, 4242), [figuresOfSwapped]);
  });

  it("are given up when one hangs, with all that was asked behind it; the next child answers", async () => {
    standIn.say(...swapped);
    const native = open({ patienceSeconds: 0.5 });
    await sampleOf(native, 4242);
    const [hanging] = children();
    assert.ok(hanging !== undefined);
    standIn.say(...swapped, "hang task_info 4242");
    const asked = await Promise.all([native.sample([4242]), native.commandLines([4242])]);
    assert.deepEqual(
      asked.map(({ kind }) => kind),
      ["blocked", "blocked"],
    );
    assert.ok(await waitUntil(() => !children().includes(hanging) || undefined, soon));
    standIn.say(...swapped);
    assert.deepEqual(await recovered(native, 4242), [figuresOfSwapped]);
  });

  it("are given up although somebody asks again and again", async () => {
    standIn.say(...swapped);
    const native = open({ patienceSeconds: 1 });
    await sampleOf(native, 4242);
    standIn.say(...swapped, "hang task_info 4242");
    let answered: string | undefined;
    void native.sample([4242]).then(({ kind }) => (answered = kind));
    const asking = await waitUntil(
      () => {
        if (answered === undefined) void native.sample([4242]);
        return answered;
      },
      { timeoutSeconds: 20 },
    );
    assert.equal(asking, "blocked");
  });

  it("have two children at the most while neither can be ended", async () => {
    standIn.say("hang task_name_for_pid 4242", ...swapped);
    // What hangs in the kernel outlives SIGKILL; here the signal is held back instead.
    const held: ChildProcess[] = [];
    const native = open({
      firstPatienceSeconds: 0.5,
      patienceSeconds: 0.5,
      kill: (child) => void held.push(child),
    });
    let most = 0;
    await waitUntil(
      async () => {
        await native.sample([4242]);
        most = Math.max(most, children().length);
        return new Set(held).size === 2 ? true : undefined;
      },
      { timeoutSeconds: 20 },
    );
    // Longer than the next child would be waited for.
    const until = performance.now() + 3000;
    while (performance.now() < until) {
      assert.equal((await native.sample([4242])).kind, "blocked");
      most = Math.max(most, children().length);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    assert.equal(most, 2);
    for (const child of held) child.kill("SIGKILL");
  });
});
