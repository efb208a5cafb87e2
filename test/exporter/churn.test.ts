import assert from "node:assert/strict";
import { createRenderer } from "../../src/exporter/4-expose/registry.ts";
import { samplesOf } from "../../src/exporter/4-expose/samples.ts";
import { createExporter } from "../../src/exporter/exporter.ts";
import { parseExposition, valueIn } from "../support/exposition.ts";
import { fixtureFiles, fixtureHost, roots } from "../support/fixture-host.ts";
import type { MemoryHost } from "../support/memory-host.ts";

const files = fixtureFiles("unified-v2");

/** Lets a process die and another take its place, as the kernel shows it: a new pid, one more fork. */
function restart(host: MemoryHost, before: number, pid: number, model: string): void {
  host.remove(`/proc/${before}`);
  for (const file of ["stat", "status", "cmdline", "cgroup", "limits"]) {
    const text = (files[`/proc/4242/${file}`] ?? "")
      .replace(/^4242 (.*) 240085 /, `${pid} $1 ${240085 + pid * 100} `)
      .replace("Tgid:\t4242", `Tgid:\t${pid}`)
      .replace("tiny-llama", model);
    host.put(`/proc/${pid}/${file}`, text);
  }
  host.put(
    "/proc/stat",
    (files["/proc/stat"] ?? "").replace(/^processes .*$/m, `processes ${pid}`),
  );
}

/** Restarts a server a thousand times, three seconds apart, and scrapes in between. */
async function crashLoop(modelOf: (restarts: number) => string) {
  const host = fixtureHost("unified-v2");
  const exporter = await createExporter(host, {
    roots,
    rules: [],
    maxProcesses: 256,
    maxWorkloads: 64,
  });
  const renderer = createRenderer();
  const pids = new Set<string>();
  const sizes: number[] = [];
  let text = "";
  for (let count = 1; count <= 1000; count++) {
    restart(host, count === 1 ? 4242 : 5000 + count - 1, 5000 + count, modelOf(count));
    host.clock.advance(3);
    await exporter.tick();
    text = (await renderer.render(samplesOf(await exporter.look(), "0", true), "text")).text;
    const series = parseExposition(text);
    for (const { labels } of series) if (labels["pid"] !== undefined) pids.add(labels["pid"]);
    sizes.push(series.length);
  }
  return { text, pids, sizes };
}

describe("a server that crashes a thousand times in an hour", function () {
  this.timeout(120_000);

  it("breeds no more pids than the cap, counts every restart, and leaves a scrape as small as it was", async () => {
    const { text, pids, sizes } = await crashLoop(() => "tiny-llama");
    const workload = "mlx_lm.server:tiny-llama";
    assert.equal(valueIn(text, "mlx_workload_process_starts_total", { workload }), 1000);
    assert.equal(
      valueIn(text, "mlx_workload_process_exits_total", { workload, reason: "unknown" }),
      1000,
    );
    // The first was there when the exporter was asked for the first time.
    assert.equal(pids.size, 1 + 256);
    assert.equal(valueIn(text, "mlx_exporter_dropped_total", { kind: "churn" }), 743);
    assert.ok(Math.max(...sizes) <= (sizes[0] ?? 0) + 20);
  });

  it("fills neither memory nor a scrape when it has another name each time", async () => {
    const { text, sizes } = await crashLoop((count) => `model-${count}`);
    const workloads = new Set(
      parseExposition(text).flatMap(({ labels }) => labels["workload"] ?? []),
    );
    assert.ok(workloads.size <= 65, String(workloads.size));
    assert.ok((sizes.at(-1) ?? 0) <= Math.max(...sizes.slice(0, 200)));
  });
});
