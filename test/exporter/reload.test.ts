import assert from "node:assert/strict";
import { loadConfig } from "../../src/config/load.ts";
import { createRenderer } from "../../src/exporter/4-expose/registry.ts";
import { samplesOf } from "../../src/exporter/4-expose/samples.ts";
import { createExporter } from "../../src/exporter/exporter.ts";
import { createReloader } from "../../src/exporter/reload.ts";
import { valueIn, select } from "../support/exposition.ts";
import { fixtureHost, roots } from "../support/fixture-host.ts";

const named = (name: string) =>
  `workloads:\n  - name: ${name}\n    match: { runtime: mlx_lm.server }\n`;
const successful = "mlx_exporter_config_last_reload_successful";
const timestamp = "mlx_exporter_config_last_reload_success_timestamp_seconds";

/** An exporter on a recorded machine that follows /c.yaml, as `serve` wires it. */
async function following(config: string | undefined) {
  const host = fixtureHost("unified-v2", { unixSeconds: 1_800_000_000 });
  if (config !== undefined) host.put("/c.yaml", config);
  const load = () => loadConfig(host.files, "/c.yaml").workloads;
  const rules = config === undefined ? [] : load();
  const exporter = await createExporter(host, {
    roots,
    rules,
    maxProcesses: 9,
    maxWorkloads: 9,
    maxNewPids: 256,
  });
  const lines: string[] = [];
  const reloader = createReloader(
    config === undefined ? undefined : load,
    (next) => {
      exporter.configure(next);
    },
    host.clock,
    {
      write: (level, message, facts) => lines.push(`${level} ${message} ${JSON.stringify(facts)}`),
    },
  );
  const scrape = async () => {
    const samples = samplesOf(await exporter.look(), "0", true, reloader.state());
    return (await createRenderer().render(samples, "text")).text;
  };
  return { host, reloader, lines, scrape };
}

describe("a reload of the config", () => {
  it("counts the load at start as a success", async () => {
    const text = await (await following(named("chat"))).scrape();
    assert.deepEqual([valueIn(text, successful), valueIn(text, timestamp)], [1, 1_800_000_000]);
  });

  it("takes a good file over, and says when", async () => {
    const { host, reloader, lines, scrape } = await following(named("chat"));
    host.put("/c.yaml", named("talk"));
    host.clock.advance(60);
    assert.deepEqual(reloader.reload(), { ok: true, sentence: "The config file was reloaded." });
    const text = await scrape();
    assert.equal(valueIn(text, "mlx_workload_processes", { workload: "talk" }), 1);
    assert.deepEqual([valueIn(text, successful), valueIn(text, timestamp)], [1, 1_800_000_060]);
    assert.deepEqual(lines, ['info config file reloaded {"workloads":1}']);
  });

  it("keeps the old config when the file is bad, and says why in metrics, log and answer", async () => {
    const { host, reloader, lines, scrape } = await following(named("chat"));
    host.put("/c.yaml", named("not a name"));
    host.clock.advance(60);
    const { ok, sentence } = reloader.reload();
    assert.equal(ok, false);
    assert.match(sentence, /^\/c\.yaml:2: 'workloads\.0\.name' must be /);
    const text = await scrape();
    assert.equal(valueIn(text, "mlx_workload_processes", { workload: "chat" }), 1);
    assert.deepEqual([valueIn(text, successful), valueIn(text, timestamp)], [0, 1_800_000_000]);
    assert.deepEqual(lines, [
      `error config file not reloaded, the old config stays ${JSON.stringify({ error: sentence })}`,
    ]);
  });

  it("recovers from a bad file and from one that was gone", async () => {
    const { host, reloader } = await following(named("chat"));
    host.remove("/c.yaml");
    assert.match(reloader.reload().sentence, /^\/c\.yaml does not exist/);
    assert.equal(reloader.state()?.successful, false);
    host.put("/c.yaml", named("chat"));
    host.clock.advance(5);
    reloader.reload();
    assert.deepEqual(reloader.state(), { successful: true, loadedAt: 1_800_000_005 });
  });

  it("has nothing to do and nothing to publish without a config file", async () => {
    const { reloader, scrape } = await following(undefined);
    assert.equal(reloader.reload().ok, true);
    assert.deepEqual(select(await scrape(), successful), []);
    assert.deepEqual(select(await scrape(), timestamp), []);
  });

  it("lets a bug be a bug", async () => {
    const { host } = await following(undefined);
    const broken = () => {
      throw new TypeError("a bug");
    };
    const reloader = createReloader(broken, () => undefined, host.clock, {
      write: () => undefined,
    });
    assert.throws(() => reloader.reload(), TypeError);
  });
});
