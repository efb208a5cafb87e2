import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { startChild, temporaryFolder } from "../../lab/children.ts";
import { runMlxHeadroom, type Exporter } from "../../lab/exporter.ts";
import { waitUntil } from "../../lab/wait-until.ts";
import { select, valueIn } from "../support/exposition.ts";
import { afterwards, realExporter } from "../support/lab.ts";

const successful = "mlx_exporter_config_last_reload_successful";
const timestamp = "mlx_exporter_config_last_reload_success_timestamp_seconds";

describe("a config file that changes under a running exporter", function () {
  this.timeout(60_000);
  const undo = afterwards();
  const file = join(temporaryFolder("reload"), "mlx-headroom.yaml");
  // A variable of its own, so that no other sleep of this machine is taken for it.
  const room = `reload-${process.pid}`;
  const name = (workload: string) => {
    const match = `{ program: sleep, environment: { MLX_HEADROOM_ROOM: ${room} } }`;
    writeFileSync(file, `workloads:\n  - name: ${workload}\n    match: ${match}\n`);
  };
  const flags = ["--config.file", file];
  let exporter: Exporter;
  before(async () => {
    const sleeper = await startChild("sleeper", "sleep", ["600"], {
      env: { MLX_HEADROOM_ROOM: room },
    });
    undo(() => sleeper.stop());
    name("first");
    exporter = await realExporter([...flags, "--web.enable-lifecycle"]);
    undo(() => exporter.stop());
  });

  const processesOf = (text: string, workload: string) =>
    select(text, "mlx_workload_processes", { workload }).map(({ value }) => value);
  /** The first scrape of which `holds` is true; the last one there was when that never comes. */
  const scrapeWhen = async (holds: (text: string) => boolean): Promise<string> => {
    let text = "";
    await waitUntil(
      async () => {
        text = await exporter.metrics();
        return holds(text) ? true : undefined;
      },
      { timeoutSeconds: 10 },
    );
    return text;
  };
  const reload = async () => {
    const response = await fetch(`${exporter.url}/-/reload`, { method: "POST" });
    return [response.status, await response.text()] as const;
  };

  it("is loaded at start, and a bad one refuses to start", async () => {
    const text = await exporter.metrics();
    assert.deepEqual([processesOf(text, "first"), valueIn(text, successful)], [[1], 1]);
    const bad = join(temporaryFolder("reload-bad"), "bad.yaml");
    writeFileSync(bad, "workloads: 1\n");
    const started = await runMlxHeadroom("serve", "--config.file", bad);
    assert.ok(started.kind === "failed");
    assert.equal(started.code, 2);
    assert.match(started.stderr, /bad\.yaml:1: 'workloads' must be a list of workloads/);
  });

  it("renames what runs at SIGHUP, and the old workload keeps its counters", async () => {
    const before = valueIn(await exporter.metrics(), timestamp);
    name("second");
    process.kill(exporter.pid, "SIGHUP");
    const text = await scrapeWhen((now) => processesOf(now, "second")[0] === 1);
    assert.deepEqual([processesOf(text, "second"), processesOf(text, "first")], [[1], [0]]);
    assert.equal(valueIn(text, "mlx_workload_process_starts_total", { workload: "first" }), 0);
    assert.equal(valueIn(text, "mlx_workload_expected", { workload: "first" }), 0);
    assert.ok(valueIn(text, timestamp) > before);
  });

  it("changes nothing at SIGHUP when it is bad, and the log says why", async () => {
    const before = valueIn(await exporter.metrics(), timestamp);
    writeFileSync(file, "workloads:\n  - nmae: third\n");
    process.kill(exporter.pid, "SIGHUP");
    const text = await scrapeWhen((now) => valueIn(now, successful) === 0);
    assert.deepEqual([valueIn(text, successful), valueIn(text, timestamp)], [0, before]);
    assert.deepEqual(processesOf(text, "second"), [1]);
    assert.match(exporter.log(), /level=error .*old config stays.*mlx-headroom\.yaml:2: .*nmae/);
  });

  it("is loaded again by POST /-/reload where that is switched on", async () => {
    const [status, sentence] = await reload();
    assert.equal(status, 500);
    assert.match(sentence, /mlx-headroom\.yaml:2: 'workloads\.0\.nmae' is not a known key/);
    name("third");
    assert.deepEqual(await reload(), [200, "The config file was reloaded.\n"]);
    // A scrape waits a quarter of a second for command lines: on a busy machine the next one has them.
    const text = await scrapeWhen((now) => processesOf(now, "third")[0] === 1);
    assert.deepEqual([processesOf(text, "third"), valueIn(text, successful)], [[1], 1]);
  });

  it("is not loaded over HTTP by whoever asks", async () => {
    const shut = await realExporter(flags);
    undo(() => shut.stop());
    name("fourth");
    const ask = async (method: string) => (await fetch(`${shut.url}/-/reload`, { method })).status;
    assert.deepEqual([await ask("POST"), await ask("GET")], [403, 405]);
    const text = await shut.metrics();
    assert.deepEqual([processesOf(text, "third"), processesOf(text, "fourth")], [[1], []]);
  });
});
