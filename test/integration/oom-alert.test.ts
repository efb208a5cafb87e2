import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Cgroup } from "../../lab/cgroup.ts";
import { temporaryFolder } from "../../lab/children.ts";
import { compileMonitoring, type Exporter } from "../../lab/exporter.ts";
import { freePort } from "../../lab/free-port.ts";
import { bringUpJudges } from "../../lab/judges.ts";
import type { MlxServer } from "../../lab/mlx-server.ts";
import type { Prometheus } from "../../lab/prometheus.ts";
import { waitUntil } from "../../lab/wait-until.ts";
import { startWebhook, type Webhook } from "../../lab/webhook.ts";
import { afterwards, realCgroup, realExporter, realServer, slowSteps } from "../support/lab.ts";
import { requireComponent } from "../support/requires.ts";

const mebibyte = 1024 * 1024;
const seconds = { timeoutSeconds: 60 };

describe("the main job, end to end", function () {
  this.timeout(240_000);
  const undo = afterwards();
  let exporter: Exporter;
  let prometheus: Prometheus;
  let webhook: Webhook;
  let cgroup: Cgroup;
  let server: MlxServer;

  before(async function () {
    cgroup = realCgroup(this, "mlx-headroom-oom", 160 * mebibyte);
    undo(() => cgroup.remove());
    server = await realServer(this, { cgroups: [cgroup.folder] });
    undo(() => server.stop());
    webhook = await startWebhook();
    undo(() => webhook.close());
    exporter = await realExporter();
    undo(() => exporter.stop());
    const monitoring = await compileMonitoring(
      join(temporaryFolder("oom"), "monitoring"),
      webhook.url,
    );
    assert.ok(monitoring.kind === "ready", "compile failed");
    const ports = {
      exporter: exporter.port,
      prometheus: await freePort(),
      alertmanager: await freePort(),
    };
    const { alertmanager, prometheus: found } = await bringUpJudges(
      slowSteps,
      monitoring.folder,
      ports,
    );
    if (alertmanager !== undefined) undo(() => alertmanager.stop());
    if (found !== undefined) undo(() => found.stop());
    if (found === undefined || alertmanager === undefined) {
      requireComponent(this, "Prometheus and Alertmanager cannot be had here.");
      return;
    }
    prometheus = found;
  });

  it("is scraped by a real Prometheus without a warning, and every compiled rule evaluates", async () => {
    const found = await waitUntil(async () => {
      const series = await prometheus.query(`mlx_process_info{pid="${server.pid}"}`);
      const rules = await prometheus.rules();
      const targets = await prometheus.targets();
      const all =
        rules.every(({ evaluated }) => evaluated) &&
        targets.every(({ health }) => health !== "unknown");
      return series.length > 0 && all ? { series, rules, targets } : undefined;
    }, seconds);
    assert.ok(found !== undefined, prometheus.log());
    // honor_labels: without it Prometheus would rename labels that the exporter and the target share.
    assert.ok(
      Object.keys(found.series[0]?.labels ?? {}).every((label) => !label.startsWith("exported_")),
    );
    assert.deepEqual(
      found.rules.filter(({ health }) => health !== "ok"),
      [],
    );
    assert.deepEqual(
      found.targets.map(({ health, lastError }) => [health, lastError]),
      [
        ["up", ""],
        ["up", ""],
        ["up", ""],
      ],
    );
    assert.doesNotMatch(prometheus.log(), /level=(warn|error)/);
  });

  it("delivers MlxOomKilled to a webhook after a real OOM kill in a cgroup", async function () {
    // One scrape must have seen the counter at 0 before it can be seen to rise.
    const counted = await waitUntil(async () => {
      const series = await prometheus.query("mlx_workload_oom_kills_total");
      return series.length > 0 ? series : undefined;
    }, seconds);
    assert.equal(counted?.[0]?.value, 0);

    // A prompt whose attention scores need more than the cgroup has; the connection breaks when the server dies.
    const dying = server.complete("all work and no play ".repeat(190), 4).catch(() => undefined);
    const gone = await waitUntil(
      () => (existsSync(`/proc/${server.pid}/exe`) ? undefined : true),
      seconds,
    );
    const killedAt = performance.now();
    assert.ok(gone, "the server outlived a prompt that should not fit");
    await dying;

    const notification = await webhook.waitFor(
      ({ alertname, status }) => alertname === "MlxOomKilled" && status === "firing",
      90,
    );
    assert.ok(notification !== undefined, "no notification within 90 s");
    assert.equal(notification.labels["workload"], "mlx_lm.server:tiny-llama");
    assert.equal(notification.labels["severity"], "critical");
    assert.match(notification.annotations["summary"] ?? "", /mlx_lm\.server:tiny-llama/);
    const title = `(${((notification.receivedAt - killedAt) / 1000).toFixed(1)} s from kill to delivery)`;
    if (this.test !== undefined) this.test.title += ` ${title}`;

    const labels = `workload="mlx_lm.server:tiny-llama",reason="oom_kill"`;
    const [exits] = await prometheus.query(`mlx_workload_process_exits_total{${labels}}`);
    assert.equal(exits?.value, 1);
    assert.match(
      exporter.log(),
      new RegExp(
        `msg="the kernel killed .*resource=memory pid=${server.pid} count=1 scope=${cgroup.scope} limit=${160 * mebibyte} usage=\\d+$`,
        "m",
      ),
    );
  });
});
