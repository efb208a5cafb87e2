import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Alertmanager } from "../../lab/alertmanager.ts";
import { temporaryFolder } from "../../lab/children.ts";
import { compileMonitoring, runMlxHeadroom } from "../../lab/exporter.ts";
import { freePort } from "../../lab/free-port.ts";
import { bringUpAlertmanager, bringUpJudges, bringUpPrometheus } from "../../lab/judges.ts";
import { startMlxServer, type MlxServer } from "../../lab/mlx-server.ts";
import type { Prometheus } from "../../lab/prometheus.ts";
import { waitUntil } from "../../lab/wait-until.ts";
import { startWebhook, type Webhook } from "../../lab/webhook.ts";
import {
  afterwards,
  mlxAndModel,
  orSkip,
  realCgroup,
  realExporter,
  slowSteps,
} from "../support/lab.ts";
import { requireComponent } from "../support/requires.ts";

const mebibyte = 1024 * 1024;
/** Seconds between evaluations, and how long conditions must hold: shorter than anybody would want them. */
const interval = 5;
const held = { MlxUsageAboveBaseline: 10, MlxHeadroomLow: 10, MlxWorkloadDown: 10 } as const;
const patience = { timeoutSeconds: 120 };

/** A workload of its own, whoever else runs servers here. */
const model = `peak-${process.pid}`;
const workload = `mlx_lm.server:${model}`;
const policy = `policy:
  interval: ${interval}s
  alerts:
${Object.entries(held)
  .map(([name, seconds]) => `    ${name}: { for: ${seconds}s }\n`)
  .join("")}`;

describe("from the recorded peak to the OOM kill, end to end", function () {
  this.timeout(900_000);
  const undo = afterwards();
  const work = temporaryFolder("peak");
  const monitoring = join(work, "monitoring");
  const data = { prometheus: join(work, "prometheus"), alertmanager: join(work, "alertmanager") };
  let ports: { exporter: number; prometheus: number; alertmanager: number };
  let server: MlxServer;
  let webhook: Webhook;
  let prometheus: Prometheus;
  let alertmanager: Alertmanager;
  let prompts = 0;

  before(async function () {
    const cgroup = realCgroup(this, "mlx-headroom-peak", 300 * mebibyte);
    undo(() => cgroup.remove());
    const made = await mlxAndModel(this, "tiny-llama-wide");
    const own = join(work, model);
    symlinkSync(made.model, own);
    // Its prompt cache keeps what each prompt left, as the servers of mlx-lm #1390 do until there is no memory any more.
    const flags = ["--prompt-cache-size", "1000"];
    const options = { cgroups: [cgroup.folder], flags };
    server = orSkip(this, await startMlxServer(made.mlx, own, options)).server;
    undo(() => server.stop());

    const record = async (duration: string) => {
      const { kind, stderr } = await runMlxHeadroom(
        ...["record", workload, "--scenario", "peak", "--duration", duration],
        ...["--out", join(work, "recordings")],
      );
      assert.equal(kind, "ok", stderr);
    };
    const first = { hasEnded: false };
    const recorded = record("20s").finally(() => (first.hasEnded = true));
    await grow((_, index) => index >= 6);
    // On a slow machine it grew on after that: what it has come to is recorded, too.
    const again = first.hasEnded;
    await recorded;
    if (again) await record("5s");
    const profiles = join(work, "profiles");
    const profile = await runMlxHeadroom(
      ...["profile", workload, "--recordings", join(work, "recordings"), "--out", profiles],
    );
    assert.equal(profile.kind, "ok", profile.stderr);
    // Twenty seconds make a profile of grade C, whose alerts are information only. People record for longer.
    const file = profile.stdout.trim().split("\n")[0] ?? "";
    writeFileSync(file, readFileSync(file, "utf8").replace(/^grade: C$/m, "grade: B"));

    webhook = await startWebhook();
    undo(() => webhook.close());
    const exporter = await realExporter();
    undo(() => exporter.stop());
    const config = join(work, "headroom.yaml");
    writeFileSync(config, policy);
    const compiled = await compileMonitoring(monitoring, webhook.url, [
      ...["--profiles", profiles, "--config.file", config],
    ]);
    assert.equal(compiled.kind, "ready");
    ports = {
      exporter: exporter.port,
      prometheus: await freePort(),
      alertmanager: await freePort(),
    };
    for (const folder of Object.values(data)) mkdirSync(folder);
    const judges = await bringUpJudges(slowSteps, monitoring, ports, data);
    undo(() => prometheus.stop());
    undo(() => alertmanager.stop());
    if (judges.prometheus === undefined || judges.alertmanager === undefined) {
      requireComponent(this, "Prometheus and Alertmanager cannot be had here.");
      return;
    }
    ({ prometheus, alertmanager } = judges);
  });

  /** Prompts that nobody asked before, one after the other, until there is as much memory as is wanted. */
  async function grow(
    enough: (residentBytes: number, index: number) => boolean | Promise<boolean>,
  ) {
    for (let index = 0; !(await enough(resident(), index)); index++) {
      assert.ok(index < 200, "the server's memory does not grow");
      prompts += 1;
      await server.complete(`${prompts} ${"tell me more ".repeat(45)}`, 2);
    }
  }

  function resident(): number {
    const status = readFileSync(`/proc/${server.pid}/status`, "utf8");
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
  }

  /** The only value of an expression, as soon as there is one. */
  async function value(expression: string): Promise<number> {
    const found = await waitUntil(
      async () => (await prometheus.query(expression))[0]?.value,
      patience,
    );
    assert.ok(found !== undefined, `${expression} has no value\n${prometheus.log()}`);
    return found;
  }

  async function delivered(alertname: string, severity: string) {
    const found = await webhook.waitFor(
      ({ labels, status }) =>
        labels["alertname"] === alertname &&
        labels["severity"] === severity &&
        labels["workload"] === workload &&
        status === "firing",
      patience.timeoutSeconds,
    );
    assert.ok(found !== undefined, `${alertname} was not delivered\n${prometheus.log()}`);
    return found;
  }

  /** Ends a server as a power cut would, and waits until it is gone. */
  async function killed(pid: number): Promise<void> {
    process.kill(pid, "SIGKILL");
    assert.ok(await waitUntil(() => (existsSync(`/proc/${pid}/exe`) ? undefined : true), patience));
  }

  const memory = `workload="${workload}",resource="memory"`;
  const ratio = `mlx_workload_headroom_ratio{${memory}}`;
  /** When the first sample of these was made, of the last ten minutes. Unix seconds. */
  const firstOf = (series: string) => `min_over_time(timestamp(${series})[10m:1s])`;
  const active = (alertname: string, state: string) =>
    `ALERTS{alertname="${alertname}",${memory},alertstate="${state}",severity="warning"}`;

  it("is silent at the recorded peak", async () => {
    const peak = await value(`max(mlx:baseline_peak{${memory}})`);
    const used = await value(`mlx_workload_memory_used_max_bytes{workload="${workload}"}`);
    // What was recorded stays: the prompt cache is as full as it was then.
    assert.ok(used > 0.9 * peak && used <= peak, `${used} of ${peak} bytes`);
    // Twice as long as it takes any of the three to fire.
    const seconds = 2 * (held.MlxUsageAboveBaseline + interval);
    await value(`count_over_time(${ratio}[2m]) >= ${Math.ceil(seconds / interval)}`);
    const firing = await prometheus.query(
      `ALERTS{alertstate="firing",alertname!="MlxWatchdog",workload=~"(${workload})?"}`,
    );
    assert.deepEqual(firing, []);
    assert.deepEqual(
      webhook.notifications.filter(({ alertname }) => alertname !== "MlxWatchdog"),
      [],
    );
  });

  it("tells that more is used than was ever recorded", async () => {
    const threshold = await value(`max(mlx:threshold_usage{${memory}})`);
    await grow((bytes) => bytes > 1.05 * threshold);
    await delivered("MlxUsageAboveBaseline", "warning");
    assert.ok((await value(ratio)) > 0.3, "headroom is low already: the claims are not apart");
  });

  it("tells that headroom is low, though Prometheus was killed while that was pending", async () => {
    const threshold = await value(
      `mlx:threshold_headroom_ratio{workload="",resource="memory",severity="warning"}`,
    );
    await grow(async () => (await value(ratio)) < 0.95 * threshold);
    await value(active("MlxHeadroomLow", "pending"));
    await killed(prometheus.pid);
    const again = await bringUpPrometheus(slowSteps, monitoring, ports, true, data);
    assert.ok(again !== undefined, "Prometheus did not start again");
    prometheus = again;
    const restarted = Date.now() / 1000;
    await delivered("MlxHeadroomLow", "warning");

    const scraped = await value(
      firstOf(`(up{job="mlx-headroom"} and timestamp(up) > ${restarted - 2})`),
    );
    const fired = await value(firstOf(active("MlxHeadroomLow", "firing")));
    assert.ok(
      fired - scraped <= held.MlxHeadroomLow + 2 * interval,
      `fired ${fired - scraped} s after the first scrape`,
    );
  });

  it("tells of the OOM kill, though Alertmanager was killed before it, and not of the workload that is down by it", async () => {
    await killed(alertmanager.pid);
    const again = await bringUpAlertmanager(slowSteps, monitoring, ports, data);
    assert.ok(again !== undefined, "Alertmanager did not start again");
    alertmanager = again;

    const dying = server.complete("all work and no play ".repeat(200), 2).catch(() => undefined);
    const gone = await waitUntil(
      () => (existsSync(`/proc/${server.pid}/exe`) ? undefined : true),
      patience,
    );
    assert.ok(gone, "the server outlived a prompt that should not fit");
    await dying;
    await delivered("MlxOomKilled", "critical");

    const down = await waitUntil(
      async () =>
        (await alertmanager.alerts()).find(
          ({ labels }) =>
            labels["alertname"] === "MlxWorkloadDown" && labels["workload"] === workload,
        ),
      patience,
    );
    assert.equal(down?.state, "suppressed");
    const names = webhook.notifications
      .filter(({ labels, status }) => labels["workload"] === workload && status === "firing")
      .map(({ alertname }) => alertname);
    assert.deepEqual(
      [...new Set(names)].filter((name) => name !== "MlxWorkloadRestarting"),
      ["MlxUsageAboveBaseline", "MlxHeadroomLow", "MlxOomKilled"],
    );
  });
});
