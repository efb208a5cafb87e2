import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "../../lab/children.ts";
import { readDashboards, type DashboardFile } from "../../lab/dashboards.ts";
import { keepHistory, type HistoryKept } from "../../lab/history-blocks.ts";
import { historyDays, madeHistory } from "../../lab/history-model.ts";
import { putLoadOn } from "../../lab/load.ts";
import { startMlxServer } from "../../lab/mlx-server.ts";
import { observeServer, type ObservedServer } from "../../lab/observed-server.ts";
import { ask, problemsOf, type ExpectedEmpty, type PanelAnswer } from "../../lab/panel-answers.ts";
import { queriesOf, type Variables } from "../../lab/panel-queries.ts";
import type { Span } from "../../lab/prometheus-api.ts";
import type { Prometheus } from "../../lab/prometheus.ts";
import { repository } from "../../lab/repository.ts";
import { startStandIn } from "../../lab/stand-in.ts";
import { waitUntil } from "../../lab/wait-until.ts";
import { startWebhook } from "../../lab/webhook.ts";
import { dashboards } from "../../src/catalog/dashboards.ts";
import { compile } from "../../src/generator/3-compile/compile.ts";
import { afterwards, mlxAndModel, orSkip, realCgroup, slowSteps } from "../support/lab.ts";
import { requireTool } from "../support/requires.ts";
import { standInExporters, standInWorkloads } from "../support/stand-in-exporters.ts";

const mebibyte = 1024 * 1024;
const workload = `chat-${process.pid}`;

const history = dashboards.history.uid;

/** What Grafana puts in where everything is chosen. */
const everything = {
  ...{ job: ".+", instance: ".+", workload: ".+", resource: ".+" },
  ...{ prometheus: ".+", alertmanager: ".+" },
};

/** What returns nothing here although nothing is wrong with it, by the query's name, and why. */
const expectedEmpty: ExpectedEmpty = {
  "mlx-headroom-workload / Days until exhaustion / A: days":
    "a trend takes three days; the history dashboard asks for the same of ninety",
  "mlx-headroom-pipeline / Messages by means / B: failed {{integration}} {{instance}}":
    "every message was delivered",
};

/** A baseline with GPU memory, for the workload that has some. */
function standInProfile(): string {
  const file = join(repository, "examples/cuda-server/profiles/coder.yaml");
  return readFileSync(file, "utf8").replace(
    /^workload: .*$/m,
    `workload: "${standInWorkloads.gpu}"`,
  );
}

/** Begins when it finds a file. */
const hungry = (file: string) => `
import os, time
while not os.path.exists(${JSON.stringify(file)}): time.sleep(0.05)
held = []
while True: held.append(bytearray(b"x") * ${4 * mebibyte})
`;

describe("every query of every dashboard, in a real Prometheus", function () {
  this.timeout(240_000);
  const undo = afterwards();
  let observed: ObservedServer;
  let work: string;
  /** Unix seconds. */
  let began: number;

  before(async function () {
    work = temporaryFolder("dashboards");
    const { mlx, model } = await mlxAndModel(this);
    const cgroup = realCgroup(this, "mlx-headroom-panels", 1024 * mebibyte);
    undo(() => cgroup.remove());
    const reports = temporaryFolder("reports");
    const serverOptions = { cgroups: [cgroup.folder], reports };
    const { server } = orSkip(this, await startMlxServer(mlx, model, serverOptions));
    undo(() => server.stop());
    undo(putLoadOn(server));
    const standIns = await standInExporters();
    undo(() => standIns.close());
    const webhook = await startWebhook();
    undo(() => webhook.close());
    began = Date.now() / 1000;
    observed = orSkip(
      this,
      await observeServer(slowSteps, {
        ...{ servers: { [workload]: server }, instance: "here", work, reports, undo },
        ...{ standIns: standIns.addresses, webhookUrl: webhook.url, recordSeconds: 5 },
        profiles: [standInProfile()],
      }),
    );
    await oomKill(this, observed.prometheus);
  });

  /** A process that eats its cgroup up, as soon as Prometheus has seen that none was killed before, and one beside it. */
  async function oomKill(context: Mocha.Context, prometheus: Prometheus): Promise<void> {
    const cgroup = realCgroup(context, "mlx-headroom-hungry", 48 * mebibyte);
    undo(() => cgroup.remove());
    const go = join(work, "go");
    const starting = startStandIn("hungry", hungry(go), [cgroup.folder]);
    const { child, workload: name } = orSkip(context, await starting);
    undo(() => child.stop());
    const kills = `mlx_workload_oom_kills_total{workload="${name}"}`;
    await waitUntil(async () => (await prometheus.query(kills))[0], { timeoutSeconds: 30 });
    const second = orSkip(
      context,
      await startStandIn("hungry", "import time\ntime.sleep(600)", []),
    );
    undo(() => second.child.stop());
    writeFileSync(go, "");
  }

  async function answers(): Promise<readonly PanelAnswer[]> {
    const end = Math.floor(Date.now() / 1000);
    const span = { start: Math.floor(began), end, step: 1 };
    const files = readDashboards(join(work, "monitoring", "grafana", "dashboards"));
    const shown = files.filter(({ uid }) => uid !== history);
    const macros = { __rate_interval: "20s", __interval: "1s", __range: "1m" };
    // Not All: other servers of this machine must not stand in for what ours lack.
    const hungry = `mlx_lm.server:hungry-${process.pid}`;
    const ours = [workload, hungry, ...Object.values(standInWorkloads)].join("|");
    const variables = { ...everything, ...macros, workload: ours };
    return askAll(observed.prometheus, shown, variables, span);
  }

  it("returns data, or is listed with the reason why it returns none", async () => {
    const good = await waitUntil(
      async () => {
        const all = await answers();
        return problemsOf(all, expectedEmpty).length === 0 ? all : undefined;
      },
      { timeoutSeconds: 60, everyMs: 1000 },
    );
    const all = good ?? (await answers());
    assert.equal(problemsOf(all, expectedEmpty).join("\n"), "", observed.prometheus.log());
    assert.ok(all.length > 100, "hardly any query was found");
  });
});

describe("every query of the history dashboard, in a real Prometheus with ninety days", function () {
  this.timeout(120_000);
  const undo = afterwards();
  let kept: HistoryKept;

  before(async function () {
    requireTool(this, "promtool", "makes the blocks");
    kept = orSkip(this, await keepHistory(slowSteps, madeHistory()));
    undo(() => kept.prometheus.stop());
  });

  it("is asked of all that compile has recorded", async () => {
    const { series } = compile([], { version: "0", layout: "pack" }).keeping;
    const made = new Set(madeHistory().map(({ name }) => name));
    assert.deepEqual(
      series.filter((name) => !made.has(name)),
      [],
    );
    const [days] = await kept.prometheus.query(
      `count_over_time(max(workload:mlx_memory_used_bytes:max_1h)[${historyDays + 2}d:1h] @ ${kept.span.end})`,
    );
    assert.equal(days?.value, historyDays * 24 + 1);
  });

  it("returns data", async () => {
    const files = readDashboards(join(repository, "grafana", "dashboards"));
    const shown = files.filter(({ uid }) => uid === history);
    const macros = { __rate_interval: "1d", __interval: "1d", __range: "90d" };
    const all = await askAll(kept.prometheus, shown, { ...everything, ...macros }, kept.span);
    assert.equal(problemsOf(all, {}).join("\n"), "", kept.prometheus.log());
    assert.ok(all.length > 10, "hardly any query was found");
  });
});

async function askAll(
  { url }: Prometheus,
  dashboards: readonly DashboardFile[],
  variables: Variables,
  span: Span,
): Promise<readonly PanelAnswer[]> {
  const queries = dashboards.flatMap(queriesOf);
  return Promise.all(queries.map((query) => ask(url, query, variables, span)));
}
