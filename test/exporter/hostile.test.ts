import assert from "node:assert/strict";
import { createRenderer } from "../../src/exporter/4-expose/registry.ts";
import { samplesOf } from "../../src/exporter/4-expose/samples.ts";
import { statusPage } from "../../src/exporter/4-expose/status-page.ts";
import { createExporter } from "../../src/exporter/exporter.ts";
import type { View } from "../../src/model/view.ts";
import { parseExposition, select, valueIn } from "../support/exposition.ts";
import { fixtureFiles, fixtureHost, roots } from "../support/fixture-host.ts";
import type { MemoryHost } from "../support/memory-host.ts";
import { runProgram } from "../support/real-commands.ts";
import { requireTool } from "../support/requires.ts";

const nasty = [
  '"',
  "\\",
  "\n",
  'a,b="c"',
  "🦙".repeat(200),
  "\u0000x",
  "\x1b[31m",
  "{}",
  "é\u202e",
  "x".repeat(2 * 1024 * 1024),
];
const count = 300;

/** Three hundred servers that call their models what they like, and keep secrets on their command lines. */
function hostileHost(): MemoryHost {
  const host = fixtureHost("unified-v2");
  const files = fixtureFiles("unified-v2");
  host.remove("/proc/4242");
  for (let pid = 5000; pid < 5000 + count; pid++) {
    const name = nasty[pid % nasty.length] ?? "";
    host.put(
      `/proc/${pid}/stat`,
      `${pid} (mlx) ") R) S 1 1 1 0 -1 0 1 2 3 4 50 60 0 0 20 0 5 0 ${pid} 1 2`,
    );
    host.put(
      `/proc/${pid}/cmdline`,
      [
        "python3",
        "/opt/mlx_lm.server",
        "--model",
        `/models/${name}${pid}`,
        "--api-key",
        "sk-secret",
        "",
      ].join("\0"),
    );
    for (const file of ["status", "cgroup", "limits"])
      host.put(
        `/proc/${pid}/${file}`,
        (files[`/proc/4242/${file}`] ?? "").replace("Tgid:\t4242", `Tgid:\t${pid}`),
      );
  }
  return host;
}

describe("a hostile machine", () => {
  const host = hostileHost();
  let view: View;
  before(async () => {
    const exporter = await createExporter(host, {
      roots,
      rules: [],
      maxProcesses: 256,
      maxWorkloads: 64,
      maxNewPids: 256,
    });
    await exporter.look();
    host.clock.advance(1);
    view = await exporter.look();
  });

  for (const format of ["text", "openmetrics"] as const) {
    it(`leaves the ${format} exposition whole: one line a series, every series once, no secret`, async () => {
      const { text } = await createRenderer().render(samplesOf(view, "0.0.0", true), format);
      const series = parseExposition(text);
      assert.ok(series.every(({ name, value }) => name !== "" && Number.isFinite(value)));
      const keys = series.map(({ name, labels }) => JSON.stringify([name, labels]));
      assert.equal(new Set(keys).size, keys.length);
      assert.doesNotMatch(text, /secret|api-key/);
    });
  }

  it("is refused nothing by promtool", async function () {
    requireTool(this, "promtool", "checks the exposition");
    const { text } = await createRenderer().render(samplesOf(view, "0.0.0", true), "text");
    assert.deepEqual(runProgram("promtool", ["check", "metrics"], text), { status: 0, output: "" });
  });

  it("holds the caps, and counts what they left out", async () => {
    const { text } = await createRenderer().render(samplesOf(view, "0.0.0", true), "text");
    const infos = select(text, "mlx_process_info");
    assert.ok(infos.length <= 256);
    assert.ok(new Set(infos.map(({ labels }) => labels["workload"])).size <= 64);
    assert.equal(
      valueIn(text, "mlx_exporter_dropped_total", { kind: "processes" }),
      count - infos.length,
    );
  });

  it("counts the models whose names it had to cut or change", async () => {
    const { text } = await createRenderer().render(samplesOf(view, "0.0.0", true), "text");
    const infos = select(text, "mlx_process_info");
    const changed = infos.filter(({ labels }) => /\uFFFD|^.{128}$/su.test(labels["model"] ?? ""));
    assert.ok(changed.length > 0);
    assert.equal(valueIn(text, "mlx_exporter_dropped_total", { kind: "label" }), changed.length);
  });

  it("cuts every label that comes from a command line to 128 characters, and keeps terminals safe", async () => {
    const { text } = await createRenderer().render(samplesOf(view, "0.0.0", true), "text");
    for (const { labels } of select(text, "mlx_process_info")) {
      assert.ok(Array.from(labels["model"] ?? "").length <= 128);
      assert.match(labels["workload"] ?? "", /^[A-Za-z0-9][A-Za-z0-9_.:-]{0,62}$/);
    }
    assert.ok(Array.from(text).every((character) => character === "\n" || character >= " "));
  });

  it("leaves the status page a page", () => {
    const page = statusPage(view, { version: "0.0.0", now: 0 }, "/metrics");
    assert.doesNotMatch(page, /secret|api-key/);
    assert.equal(page.match(/<th scope="row">/g)?.length, view.processes.length);
  });
});
