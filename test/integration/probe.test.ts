import assert from "node:assert/strict";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { temporaryFolder } from "../../lab/children.ts";
import type { Exporter } from "../../lab/exporter.ts";
import { generationKiller, type GenerationKiller } from "../../lab/generation-killer.ts";
import type { MlxServer } from "../../lab/mlx-server.ts";
import { waitUntil } from "../../lab/wait-until.ts";
import { select } from "../support/exposition.ts";
import { afterwards, realExporter, realServer } from "../support/lab.ts";

const intervalSeconds = 3;
const workload = `probed-${process.pid}`;
const prompt = "a prompt that no log may hold";

describe("a real mlx_lm.server that is probed", function () {
  this.timeout(120_000);
  const undo = afterwards();
  const folder = temporaryFolder("probe");
  const config = join(folder, "mlx-headroom.yaml");
  let killer: GenerationKiller;
  let server: MlxServer;
  let exporter: Exporter;

  const configure = (probe: string) => {
    const match = `{ runtime: mlx_lm.server, flags: { --port: "${server.port}" } }`;
    writeFileSync(
      config,
      `workloads:\n  - name: ${workload}\n    match: ${match}\n    expect: always\n${probe}`,
    );
  };

  before(async function () {
    killer = generationKiller();
    server = await realServer(this, { env: killer.env });
    undo(() => server.stop());
    const times = `interval: ${intervalSeconds}s, timeout: ${intervalSeconds}s`;
    const token = join(folder, "token");
    writeFileSync(token, "sk-no-log-may-hold-it\n", { mode: 0o644 });
    configure(
      `    probe: { url: "${server.url}", prompt: ${prompt}, ${times}, bearerTokenFile: token }\n`,
    );
    exporter = await realExporter(["--config.file", config, "--collector.connections"]);
    undo(() => exporter.stop());
  });

  const value = (text: string, name: string) => select(text, name, { workload })[0]?.value;
  /** Scrapes until the family has that value, undefined for no series; the seconds it took, or undefined when it never did. */
  const secondsUntil = async (name: string, expected: number | undefined, timeoutSeconds = 30) => {
    const start = performance.now();
    return waitUntil(
      async () =>
        value(await exporter.metrics(), name) === expected
          ? (performance.now() - start) / 1000
          : undefined,
      { timeoutSeconds },
    );
  };
  const success = "mlx_workload_probe_success";

  it("answers with a token, and that took time", async () => {
    assert.notEqual(await secondsUntil(success, 1), undefined);
    const seconds = value(await exporter.metrics(), "mlx_workload_probe_duration_seconds") ?? 0;
    assert.ok(seconds > 0 && seconds < intervalSeconds, String(seconds));
  });

  it("has as many connections as its clients hold", async () => {
    const name = "mlx_workload_connections";
    assert.notEqual(await secondsUntil(name, 0), undefined);
    const clients: Socket[] = [];
    for (let count = 0; count < 3; count++) {
      const client = connect(server.port, "127.0.0.1");
      clients.push(client);
      await once(client, "connect");
    }
    assert.notEqual(await secondsUntil(name, 3), undefined);
    for (const client of clients) client.destroy();
    assert.notEqual(await secondsUntil(name, 0), undefined);
  });

  it("is seen to be dead within two intervals when its generation thread dies, though its port is healthy", async function () {
    killer.kill();
    // Of a second each: the exporter looks once a second whether a probe is due, and this test scrapes.
    const slack = 2;
    const seconds = await secondsUntil(success, 0, 2 * intervalSeconds + slack);
    assert.notEqual(seconds, undefined, "the probe never failed");
    const health = await fetch(`${server.url}/health`);
    assert.equal(health.status, 200);
    const text = await exporter.metrics();
    assert.equal(value(text, "mlx_workload_processes"), 1);
    const took = value(text, "mlx_workload_probe_duration_seconds") ?? 0;
    assert.ok(took >= intervalSeconds, String(took));
    assert.match(exporter.log(), new RegExp(`a probe began to fail.*${workload} reason=timeout`));
    const page = await (await fetch(exporter.url)).text();
    assert.match(page, new RegExp(`${workload} did not answer its probe within 3 s`));
  });

  it("has no probe series without a process, and succeeds again after a restart", async function () {
    await server.stop();
    assert.notEqual(await secondsUntil(success, undefined), undefined);
    server = await realServer(this, { port: server.port });
    undo(() => server.stop());
    assert.notEqual(await secondsUntil(success, 1), undefined);
    assert.match(exporter.log(), /level=info msg="a probe succeeds again"/);
  });

  it("puts neither prompt nor token into the log, and warns that every user may read the token", () => {
    assert.match(exporter.log(), /level=warn msg="every user may read a probe's token file"/);
    assert.ok(!exporter.log().includes(prompt));
    assert.ok(!exporter.log().includes("sk-no-log"));
  });

  it("is asked no more when the config gives the probe up", async () => {
    configure("");
    process.kill(exporter.pid, "SIGHUP");
    assert.notEqual(await secondsUntil(success, undefined), undefined);
  });
});
