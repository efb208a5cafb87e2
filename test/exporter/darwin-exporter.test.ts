import assert from "node:assert/strict";
import { createExporter, type ExporterOptions } from "../../src/exporter/exporter.ts";
import { explain } from "../../src/exporter/explain.ts";
import { psCommand } from "../../src/exporter/2-collect/darwin-ps.ts";
import { createRenderer } from "../../src/exporter/4-expose/registry.ts";
import { samplesOf } from "../../src/exporter/4-expose/samples.ts";
import { processRow } from "../../src/exporter/4-expose/status-page-row.ts";
import { processesTable } from "../../src/commands/ps-table.ts";
import { processesJson } from "../../src/commands/ps-json.ts";
import { defaultCollectors, type CollectorName } from "../../src/catalog/collectors.ts";
import { known } from "../../src/model/figure.ts";
import type { View } from "../../src/model/view.ts";
import { roots } from "../support/fixture-host.ts";
import { fixtureMac } from "../support/fixture-mac.ts";
import { assertGolden } from "../support/golden.ts";
import type { MemoryHost } from "../support/memory-host.ts";
import { nativeProcess } from "../support/native-process.ts";
import { runProgram } from "../support/real-commands.ts";
import { requireTool } from "../support/requires.ts";

const options: ExporterOptions = { roots, rules: [], maxProcesses: 256, maxWorkloads: 64 };

function mac(): MemoryHost {
  const host = fixtureMac("mac-swapped", { pid: 900 });
  host.setCpuTimes([
    new Map([
      ["user", 4000],
      ["system", 1000],
      ["nice", 0],
      ["idle", 20000],
    ]),
  ]);
  return host;
}

/** Looks twice, a scrape interval apart; what takes long is asked meanwhile, and nobody needs to tick for it. */
async function lookTwice(host: MemoryHost, given = options): Promise<View> {
  const exporter = await createExporter(host, given);
  host.clock.advance(1);
  await new Promise((resolve) => setImmediate(resolve));
  host.clock.advance(14);
  return exporter.look();
}

async function exposition(view: View): Promise<string> {
  const { text } = await createRenderer().render(samplesOf(view, "0.0.0", true), "text");
  const families = text.split("\n\n").filter((family) => family.startsWith("# HELP mlx_"));
  return `${families.map((family) => family.trimEnd()).join("\n")}\n`;
}

function valueIn(text: string, series: string): number {
  const line = text.split("\n").find((each) => each.startsWith(`${series} `));
  assert.ok(line !== undefined, `no ${series}`);
  return Number(line.slice(series.length + 1));
}

const server = 'workload="mlx_lm.server:qwen3.5-9b",pid="1581"';

describe("the exporter on a Mac", () => {
  it("publishes the mac-swapped machine byte for byte, and promtool finds nothing to say", async function () {
    const text = await exposition(await lookTwice(mac()));
    assertGolden("exposition/mac-swapped.prom", text);
    requireTool(this, "promtool", "checks the exposition");
    assert.deepEqual(runProgram("promtool", ["check", "metrics"], text), { status: 0, output: "" });
  });

  it("shows the recorded server with 13.6 MB resident and 5.15 GB used: its model is swapped out", async () => {
    const text = await exposition(await lookTwice(mac()));
    assert.equal(valueIn(text, `mlx_process_memory_resident_bytes{${server}}`), 13632 * 1024);
    assert.equal(valueIn(text, `mlx_process_memory_used_bytes{${server}}`), 5154 * 1024 ** 2);
    assert.equal(
      valueIn(text, `mlx_process_gpu_memory_bytes{${server},gpu="AGXAcceleratorG16G"}`),
      4879 * 1024 ** 2,
    );
  });

  it("prefers what native calls say, which is of now", async () => {
    const host = mac();
    const sampled = nativeProcess(1581, known(7), {
      startTime: { missing: "error" },
      footprintBytes: known(6e9),
      compressedBytes: known(5e9),
      openFds: known(31),
    });
    host.setDarwin({
      sample: () => Promise.resolve({ kind: "answered", value: [sampled] }),
      commandLines: () => Promise.resolve({ kind: "answered", value: new Map() }),
      close: () => undefined,
    });
    const text = await exposition(await lookTwice(host));
    assert.equal(valueIn(text, `mlx_process_memory_used_bytes{${server}}`), 6e9);
    assert.equal(valueIn(text, `mlx_process_memory_compressed_bytes{${server}}`), 5e9);
    assert.equal(valueIn(text, `mlx_process_open_fds{${server}}`), 31);
    assert.ok(!text.includes("mlx_process_memory_used_timestamp_seconds{"));
    assert.equal(valueIn(text, 'mlx_exporter_collector_success{collector="native"}'), 1);
  });

  it("falls back to the commands, field by field, and says that native calls failed, when their child dies", async () => {
    const host = mac();
    const died = { kind: "failed", reason: "error", detail: "the child ended" } as const;
    host.setDarwin({
      sample: () => Promise.resolve(died),
      commandLines: () => Promise.resolve(died),
      close: () => undefined,
    });
    const text = await exposition(await lookTwice(host));
    assert.equal(valueIn(text, `mlx_process_memory_used_bytes{${server}}`), 5154 * 1024 ** 2);
    assert.equal(valueIn(text, 'mlx_exporter_collector_success{collector="native"}'), 0);
    assert.ok(text.includes('field="open_fds",reason="error"'));
  });

  it("does not say that nothing limits what macOS limits without telling: descriptors of a process", async () => {
    const text = await exposition(await lookTwice(mac()));
    const limited = (workload: string) =>
      new RegExp(
        `^mlx_workload_limited\\{workload="${workload}",resource="open_fds"\\} (.)$`,
        "m",
      ).exec(text)?.[1];
    assert.equal(limited("mlx_lm.server:qwen3.5-9b"), "1", "as its launchd job says");
    assert.equal(limited("mlx_lm.server:llama-3-8b"), undefined);
  });

  it("has no OOM kills to tell of: nothing counts them, and 0 would say never", async () => {
    const text = await exposition(await lookTwice(mac()));
    assert.doesNotMatch(text, /^mlx_workload_oom_kills_total|reason="oom_kill"/m);
  });

  it("keeps the processes when ps hangs, and says that it can list none", async () => {
    const host = mac();
    const exporter = await createExporter(host, options);
    host.setCommand([psCommand.path, ...psCommand.args].join(" "), "hangs");
    const exits = async () => {
      host.clock.advance(15);
      const look = exporter.look();
      host.clock.advance(5);
      const { workloads } = await look;
      return workloads.map(({ counters }) => counters?.processExits.unknown ?? 0);
    };
    assert.deepEqual(await exits(), [0, 0]);
    assert.equal(exporter.readable(), false);
  });

  const list = "/bin/launchctl list";
  const byUnit: ExporterOptions = {
    ...options,
    rules: [{ name: "chat", match: { unit: ["local.*"] }, expect: "always" }],
  };

  it("names a process by its launchd job, and asks for jobs once, for names and limits alike", async () => {
    const host = mac();
    const { processes } = await lookTwice(host, byUnit);
    assert.deepEqual(
      processes.map(({ process }) => [process.workload, process.unit]),
      [
        ["chat", "local.mlx-chat"],
        ["mlx_lm.server:llama-3-8b", undefined],
      ],
    );
    assert.deepEqual(processes[0]?.reading.rlimits.openFiles, known(4096));
    assert.equal(host.ran.filter((line) => line === list).length, 1);
    const shown = processes.map((one) => JSON.stringify(processRow(one)));
    assert.ok(shown[0]?.includes('{"name":"unit","value":"local.mlx-chat"}'));
    const { processes: json } = JSON.parse(processesJson(processes)) as {
      readonly processes: readonly { readonly unit?: string }[];
    };
    assert.deepEqual(
      json.map(({ unit }) => unit),
      ["local.mlx-chat", undefined],
    );
    const [titles, ...rows] = processesTable(processes, false).split("\n");
    const at = titles?.indexOf("  UNIT  ") ?? -1;
    assert.deepEqual(rows.map((row) => row.slice(at + 2).startsWith("local.mlx-chat  ")).sort(), [
      false,
      false,
      true,
    ]);
  });

  it("loses the label alone where launchctl hangs, for as long as a second, and says that it does", async () => {
    const host = mac();
    host.setCommand(list, "hangs");
    const creating = createExporter(host, byUnit);
    for (let turn = 0; turn < 20; turn += 1) await new Promise((done) => setImmediate(done));
    host.clock.advance(1);
    const exporter = await creating;
    const look = async () => {
      host.clock.advance(15);
      await new Promise((done) => setImmediate(done));
      return exporter.look();
    };
    const { processes, collectors } = await look();
    assert.deepEqual(
      processes.map(({ process }) => process.workload),
      ["mlx_lm.server:qwen3.5-9b", "mlx_lm.server:llama-3-8b"],
    );
    for (const { unavailable } of processes)
      assert.ok(unavailable.some(({ field, reason }) => field === "unit" && reason === "error"));
    assert.ok(collectors.some(({ collector, success }) => collector === "launchd" && !success));
    host.setCommand(
      list,
      await fixtureMac("mac-swapped").commands.run("/bin/launchctl", ["list"], { seconds: 1 }),
    );
    for (let turn = 0; turn < 4; turn += 1) await look();
    assert.deepEqual(
      (await look()).processes.map(({ process }) => process.workload),
      ["chat", "mlx_lm.server:llama-3-8b"],
    );
  });

  it("asks launchd nothing where its collector is off, and says so of the unit", async () => {
    const host = mac();
    const collectors = new Set([...defaultCollectors].filter((name) => name !== "launchd"));
    const { processes } = await lookTwice(host, { ...byUnit, collectors });
    assert.equal(processes[0]?.process.unit, undefined);
    assert.ok(
      processes[0]?.unavailable.some(
        ({ field, reason }) => field === "unit" && reason === "not_measured",
      ),
    );
    assert.ok(!host.ran.some((line) => line.includes("launchctl")));
  });

  it("explains that a rule asks for a unit, by the jobs that there are", async () => {
    const rules = [{ name: "other", match: { unit: ["local.other"] }, expect: "never" }] as const;
    const [why] = await explain(mac(), roots, rules, 1581);
    assert.match(
      why?.reason ?? "",
      /rule other asks for a unit, .* in launchd's job local\.mlx-chat$/,
    );
    const collectors = new Set<CollectorName>();
    const [off] = await explain(mac(), roots, rules, 1581, { collectors });
    assert.match(off?.reason ?? "", /'launchctl list' told nothing$/);
  });

  it("explains why a process counts, and of others that they do not", async () => {
    const [why] = await explain(mac(), roots, [], 1581);
    assert.equal(why?.matched, true);
    assert.match(why.reason, /names the module mlx_lm\.server/);
    assert.equal((await explain(mac(), roots, [], 431))[0]?.matched, false);
  });
});
