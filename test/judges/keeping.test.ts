import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "../../lab/children.ts";
import { freePort } from "../../lab/free-port.ts";
import { loopbackPrometheus } from "../../lab/loopback-config.ts";
import { findPrometheus, startPrometheus, type Prometheus } from "../../lab/prometheus.ts";
import { waitUntil } from "../../lab/wait-until.ts";
import { outlookNames } from "../../src/catalog/history.ts";
import { compile } from "../../src/generator/3-compile/compile.ts";
import { generate } from "../../src/generator/generator.ts";
import { realWriter } from "../../src/host/writer.ts";
import { exampleFile } from "../generator/profile-document.ts";
import { startTarget } from "../support/history-target.ts";
import { afterwards, orSkip, slowSteps } from "../support/lab.ts";

const options = { version: "0", layout: "tree" } as const;
const { series } = compile([], options).keeping;
/** Nothing has a trend before it is a day old. */
const expected = series.filter((name) => name !== outlookNames.exhaustion).sort();
const gibibyte = 1024 ** 3;

/** One workload that uses two cores, on a host that has room for two more. */
function exposition(): string {
  const chat = '{workload="chat"}';
  return [
    `mlx_workload_processes${chat} 1`,
    `mlx_workload_memory_used_bytes${chat} ${5 * gibibyte}`,
    `mlx_workload_gpu_memory_bytes${chat} ${4 * gibibyte}`,
    `mlx_workload_open_fds${chat} 40`,
    `mlx_workload_threads${chat} 24`,
    `mlx_workload_cpu_seconds_total${chat} ${(performance.now() / 1000) * 2}`,
    `mlx_workload_headroom_ratio{workload="chat",resource="memory"} 0.5`,
    `mlx_host_memory_available_bytes ${40 * gibibyte}`,
    "",
  ].join("\n");
}

/** What is commented out at the end of the example, as somebody would uncomment it. */
function uncommented(text: string): string {
  const at = text.indexOf("# remote_write:");
  return text.slice(0, at) + text.slice(at).replaceAll(/^# ?/gm, "");
}

describe("history that outlives a Prometheus, in real ones", function () {
  this.timeout(240_000);
  const undo = afterwards();
  let first: Prometheus;
  let federating: Prometheus;
  let receiving: Prometheus;

  before(async function () {
    const binary = orSkip(this, await findPrometheus(slowSteps));
    const target = await startTarget(exposition);
    undo(() => target.close());
    const folder = join(temporaryFolder("keeping"), "monitoring");
    // Two minutes is right for years and too long for a test.
    const quicker = generate([exampleFile], options).map(({ path, text }) => ({
      path,
      text: text.replaceAll(/(interval: )2m$/gm, "$12s"),
    }));
    realWriter().writeAll(folder, quicker);
    const start = async (name: string, text: string, port: number, ...flags: string[]) => {
      const configFile = join(folder, "prometheus", name);
      writeFileSync(configFile, text);
      const own = { ...binary, flags: [...binary.flags, ...flags] };
      const { prometheus } = orSkip(this, await startPrometheus(own, { configFile, port }));
      undo(() => prometheus.stop());
      return prometheus;
    };
    const read = (name: string) => readFileSync(join(folder, "prometheus", name), "utf8");
    const ports = { first: await freePort(), second: await freePort(), third: await freePort() };
    const addresses = new Map([
      ["127.0.0.1:10836", target.address],
      ["127.0.0.1:9090", `127.0.0.1:${ports.first}`],
      ["127.0.0.1:9093", undefined],
    ]);
    const receiver = "--web.enable-remote-write-receiver";
    receiving = await start("receiving.yml", "global: {}\n", ports.third, receiver);
    const sending = uncommented(read("prometheus.yml")).replace(
      "127.0.0.1:9091",
      `127.0.0.1:${ports.third}`,
    );
    first = await start("first.yml", loopbackPrometheus(sending, addresses), ports.first);
    federating = await start(
      "second.yml",
      loopbackPrometheus(read("federation.yml"), addresses),
      ports.second,
    );
  });

  /** Waits for every series of chat, and gives their values by name. */
  async function history(prometheus: Prometheus): Promise<ReadonlyMap<string, number>> {
    const all = `{__name__=~"workload:mlx_.+",workload="chat"}`;
    const found = await waitUntil(
      async () => {
        const samples = await prometheus.query(all);
        return samples.length >= expected.length ? samples : undefined;
      },
      { timeoutSeconds: 150, everyMs: 500 },
    );
    const samples = found ?? (await prometheus.query(all));
    return new Map(samples.map(({ labels, value }) => [labels["__name__"] ?? "", value]));
  }

  it("is recorded by the first, with figures that are known", async () => {
    const values = await history(first);
    assert.deepEqual([...values.keys()].sort(), expected, first.log());
    assert.equal(values.get("workload:mlx_memory_used_bytes:max_1h"), 5 * gibibyte);
    assert.equal(values.get("workload:mlx_threads:p95_5m"), 24);
    // A rate over two minutes that has seen one of them is less than it will be.
    const cores = values.get("workload:mlx_cpu_cores:max_1h") ?? 0;
    assert.ok(cores > 0 && cores < 2.5, String(cores));
    assert.equal(values.get(outlookNames.headroom), 0.5);
    // The example's peak is 18 GiB.
    assert.equal(values.get(outlookNames.fit), 2);
  });

  it("arrives in a second that federates, with the labels it had, and nothing else does", async () => {
    const values = await history(federating);
    assert.deepEqual([...values.keys()].sort(), expected, federating.log());
    assert.equal(values.get("workload:mlx_memory_used_bytes:max_1h"), 5 * gibibyte);
    const [peak] = await federating.query("workload:mlx_memory_used_bytes:max_1h");
    const [original] = await first.query("workload:mlx_memory_used_bytes:max_1h");
    assert.deepEqual(peak?.labels, original?.labels);
    const others = await federating.query(`{__name__=~"mlx.+"}`);
    assert.deepEqual(others, []);
  });

  it("arrives in a third that is written to, and nothing else does", async () => {
    const values = await history(receiving);
    assert.deepEqual([...values.keys()].sort(), expected, receiving.log());
    const others = await receiving.query(`{__name__=~".+",__name__!~"workload:mlx_.+"}`);
    assert.deepEqual(others, []);
    assert.doesNotMatch(first.log(), /level=(warn|error)/);
  });
});
