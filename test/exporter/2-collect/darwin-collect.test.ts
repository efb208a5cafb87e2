import assert from "node:assert/strict";
import fc from "fast-check";
import {
  collectorsOn,
  defaultCollectors,
  type CollectorName,
} from "../../../src/catalog/collectors.ts";
import { createDarwinCollector } from "../../../src/exporter/2-collect/darwin-collect.ts";
import { gpuClientsCommand } from "../../../src/exporter/2-collect/darwin-gpu-clients.ts";
import { psCommand } from "../../../src/exporter/2-collect/darwin-ps.ts";
import type { NativeAnswer, NativeProcess } from "../../../src/model/darwin.ts";
import type { MlxProcess } from "../../../src/model/process.ts";
import { known, missing } from "../../../src/model/figure.ts";
import { arbitraryFile, isCount } from "../../support/arbitrary-text.ts";
import { fixtureMac } from "../../support/fixture-mac.ts";
import { nativeProcess } from "../../support/native-process.ts";

const mebibyte = 1024 ** 2;
const mlx = (pid: number, startTicks: number): MlxProcess => ({
  pid,
  parentPid: 1,
  startTicks,
  startTime: startTicks,
  workload: "chat",
  runtime: "mlx_lm.server",
  role: "server",
});
/** The recorded server that is swapped out, and one of another user, which is made up. */
const server = mlx(1581, Date.UTC(2026, 8, 18, 6, 11, 23) / 1000);
const others = mlx(2210, Date.UTC(2026, 9, 1, 8, 2, 20) / 1000);

const noKoffi: NativeAnswer<never> = { kind: "off", why: "no_koffi", detail: "" };
const answered = (some: Partial<NativeProcess>): NativeAnswer<readonly NativeProcess[]> => ({
  kind: "answered",
  value: [
    nativeProcess(1581, missing("error"), { startTime: known(server.startTicks + 0.5), ...some }),
  ],
});
const everyFigure = { footprintBytes: known(5), graphicsBytes: known(4) };

/** A collector on the fixture machine; `pass` looks and collects, and `settle` lets the background do its work. */
function collecting(host = fixtureMac("mac-swapped")) {
  const collector = createDarwinCollector(host);
  const settle = async () => {
    collector.tick([server, others]);
    for (let turn = 0; turn < 6; turn += 1) await new Promise<void>((done) => setImmediate(done));
  };
  const pass = async (
    native: NativeAnswer<readonly NativeProcess[]> = noKoffi,
    on: ReadonlySet<CollectorName> = defaultCollectors,
    processes: readonly MlxProcess[] = [server, others],
  ) => collector.collect(await collector.look(), processes, native, on);
  const reading = async (pid: number, ...rest: Parameters<typeof pass>) => {
    const found = (await pass(...rest)).processes.find(({ process }) => process.pid === pid);
    assert.ok(found !== undefined);
    return found.reading;
  };
  return { host, collector, settle, pass, reading };
}

const without = (name: CollectorName) =>
  new Set([...defaultCollectors].filter((other) => other !== name));

describe("darwin-collect", () => {
  it("sees that a recorded server has 13 MiB resident and 5154 MiB of footprint, nearly all of it swapped out", async () => {
    const { host, settle, pass, reading } = collecting();
    await pass();
    await settle();
    const { usage } = await reading(1581);
    assert.deepEqual(usage.residentBytes, known(13632 * 1024));
    assert.deepEqual(usage.darwin, {
      footprintBytes: known(5154 * mebibyte),
      footprintPeakBytes: known(9215 * mebibyte),
      footprintTime: host.clock.unixSeconds(),
      compressedBytes: known(5141 * mebibyte),
    });
  });

  it("gives it its GPU memory and time, and says of another user's that its memory is forbidden", async () => {
    const { settle, pass, reading } = collecting();
    await pass();
    await settle();
    const [own] = (await reading(1581)).gpu?.uses ?? [];
    assert.equal(own?.gpu, "AGXAcceleratorG16G");
    assert.deepEqual([own.memoryBytes, own.seconds], [known(4879 * mebibyte), known(91.23456789)]);
    const [foreign] = (await reading(2210)).gpu?.uses ?? [];
    assert.deepEqual([foreign?.memoryBytes, foreign?.seconds], [missing("forbidden"), known(5)]);
    const { usage } = await reading(2210);
    assert.deepEqual(usage.residentBytes, known(8123456 * 1024));
    assert.deepEqual(usage.darwin?.footprintBytes, missing("forbidden"));
    const { host } = await pass();
    assert.deepEqual(host.darwin?.mlxGraphicsBytes, missing("forbidden"));
    assert.deepEqual(host.darwin.wiredUnattributedBytes, missing("forbidden"));
  });

  it("gives it the limits that its launchd job sets, and says that others cannot be known", async () => {
    const { settle, pass, reading } = collecting();
    assert.deepEqual((await reading(1581)).rlimits.openFiles, missing("not_measured"));
    await pass();
    await settle();
    const { rlimits } = await reading(1581);
    assert.deepEqual(
      [rlimits.openFiles, rlimits.cpuSeconds],
      [known(4096), missing("unsupported")],
    );
    assert.deepEqual((await reading(2210)).rlimits.openFiles, missing("unsupported"));
  });

  it("has no cgroups", async () => {
    const { cgroup } = await collecting().reading(1581);
    assert.deepEqual([cgroup.memory, cgroup.cpu, cgroup.pids, cgroup.cpuset], [[], [], [], []]);
    assert.deepEqual(Object.values(cgroup.missing), Array(3).fill("unsupported"));
  });

  it("runs footprint never in a scrape, and not at all where native calls tell the same", async () => {
    const { host, settle, pass } = collecting();
    const asked = () => host.ran.filter((line) => line.includes("footprint"));
    await pass(answered(everyFigure));
    await settle();
    assert.deepEqual(asked(), []);
    await pass(answered({ ...everyFigure, graphicsBytes: missing("error") }));
    assert.deepEqual(asked(), []);
    await settle();
    assert.deepEqual(asked(), ["/usr/bin/footprint -p 1581 -f bytes"]);
  });

  it("goes on sparing footprint in a pass between scrapes, where nobody makes native calls", async () => {
    const { host, settle, pass } = collecting();
    await pass(answered(everyFigure));
    await pass(noKoffi, without("native"));
    await settle();
    assert.ok(!host.ran.some((line) => line.includes("footprint")));
  });

  it("leaves out a process that has ended, and one whose pid is another's by now", async () => {
    const { pass } = collecting();
    const gone = [mlx(99999, 1), { ...server, startTicks: server.startTicks + 1 }, mlx(73350, 1)];
    assert.deepEqual((await pass(noKoffi, defaultCollectors, gone)).processes, []);
    const zombie = mlx(73350, Date.UTC(2026, 9, 1, 13, 1, 55) / 1000);
    assert.deepEqual((await pass(noKoffi, defaultCollectors, [zombie])).processes, []);
  });

  it("keeps the processes when ps fails: nobody knows that they ended", async () => {
    const host = fixtureMac("mac-swapped");
    host.setCommand([psCommand.path, ...psCommand.args].join(" "), {
      kind: "failed",
      message: "EAGAIN",
    });
    const { processes, outcomes } = await collecting(host).pass(answered(everyFigure));
    assert.deepEqual(processes[0]?.reading.usage.residentBytes, missing("error"));
    assert.deepEqual(processes[0].reading.usage.darwin?.footprintBytes, known(5));
    assert.equal(outcomes.find(({ collector }) => collector === "process")?.success, false);
  });

  it("counts GPU time of a table once, and of a client that is closed after its end", async () => {
    const { host, pass, reading } = collecting();
    await pass();
    assert.deepEqual((await reading(1581)).gpu?.uses[0]?.seconds, known(91.23456789));
    const { path, args } = gpuClientsCommand;
    const clients = [path, ...args].join(" ");
    const before = await host.commands.run(path, args, { seconds: 3 });
    host.setCommand(clients, {
      kind: "ran",
      exitCode: 0,
      stdout: Buffer.from(""),
      stderr: "",
    });
    host.clock.advance(2);
    for (let passes = 0; passes < 20; passes += 1)
      assert.deepEqual((await reading(1581)).gpu?.uses[0]?.seconds, known(91.23456789));
    host.setCommand(clients, before);
    host.clock.advance(2);
    assert.deepEqual((await reading(1581)).gpu?.uses[0]?.seconds, known(91.23456789));
  });

  it("lets no CPU time fall when native calls stop telling it to the nanosecond", async () => {
    const { reading } = collecting();
    const exact = await reading(1581, answered({ cpuUserSeconds: known(12044.509) }));
    assert.deepEqual(exact.usage.cpuUserSeconds, known(12044.509));
    assert.deepEqual((await reading(1581)).usage.cpuUserSeconds, known(12044.509));
  });

  it("has an outcome for each collector of macOS that is on, and for no other", async () => {
    const { settle, pass } = collecting();
    await pass();
    await settle();
    const { outcomes } = await pass(answered(everyFigure));
    assert.deepEqual(
      outcomes.map(({ collector }) => collector),
      collectorsOn("darwin").filter((name) => name !== "discover"),
    );
    assert.ok(outcomes.every(({ success }) => success));
    const on = new Set<CollectorName>(["host", "native", "io"]);
    const failed = await pass({ kind: "failed", reason: "error", detail: "it ended" }, on);
    assert.deepEqual(
      failed.outcomes.map(({ collector, success }) => [collector, success]),
      [
        ["host", true],
        ["native", false],
      ],
    );
  });

  it("has none for native calls where koffi is not installed: what does not run does not fail", async () => {
    const { outcomes } = await collecting().pass(
      noKoffi,
      new Set<CollectorName>(["host", "native"]),
    );
    assert.deepEqual(
      outcomes.map(({ collector }) => collector),
      ["host"],
    );
  });

  it("runs nothing in the background for what is switched off, and says that nobody measures it", async () => {
    const { host, settle, pass, reading } = collecting();
    const on = new Set<CollectorName>(["host", "process"]);
    await pass(answered(everyFigure), on);
    host.ran.length = 0;
    await settle();
    assert.deepEqual(host.ran, []);
    const { usage, rlimits, gpu } = await reading(1581, answered(everyFigure), on);
    assert.deepEqual(usage.darwin?.footprintBytes, missing("not_measured"));
    assert.deepEqual(rlimits.openFiles, missing("not_measured"));
    assert.equal(gpu, undefined);
    const { host: machine } = await pass(noKoffi, on);
    assert.deepEqual(machine.darwin?.mlxGraphicsBytes, missing("not_measured"));
    assert.equal(machine.gpus, undefined);
  });

  it("asks nothing more once it is closed", async () => {
    const { host, collector, settle, pass } = collecting();
    await pass();
    host.ran.length = 0;
    collector.close();
    await settle();
    assert.deepEqual(host.ran, []);
  });

  it("never throws, and never yields a figure that is no count, whatever the commands print", async () => {
    const fixture = collecting();
    await fixture.pass();
    await fixture.settle();
    const lines = [...new Set(fixture.host.ran)];
    assert.equal(lines.length, 9);
    const run = (stdout: Buffer) => ({ kind: "ran", exitCode: 0, stdout, stderr: "" }) as const;
    const spoilt = fc.array(fc.tuple(fc.constantFrom(...lines), arbitraryFile, fc.nat(4000)), {
      minLength: 1,
      maxLength: 9,
    });
    await fc.assert(
      fc.asyncProperty(spoilt, async (contents) => {
        const host = fixtureMac("mac-swapped");
        for (const [line, bytes, at] of contents) {
          const [path = "", ...args] = line.split(" ");
          const before = await host.commands.run(path, args, { seconds: 1 });
          const old = before.kind === "ran" ? before.stdout : Buffer.from("");
          host.setCommand(line, run(Buffer.concat([old.subarray(0, at), bytes, old.subarray(at)])));
        }
        const { pass, settle } = collecting(host);
        await pass();
        await settle();
        const { processes, host: machine } = await pass();
        for (const { reading } of processes) assertCounts(reading);
        assertCounts(machine);
      }),
      { numRuns: 100 },
    );
  });
});

/** Every number in a reading, however deep. */
function assertCounts(reading: unknown): void {
  if (typeof reading === "number") assert.ok(isCount(reading), String(reading));
  else if (reading instanceof Map) assertCounts([...reading.values()]);
  else if (typeof reading === "object" && reading !== null)
    for (const value of Object.values(reading)) assertCounts(value);
}
