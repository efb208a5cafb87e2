import assert from "node:assert/strict";
import { join } from "node:path";
import { temporaryFolder } from "../../lab/children.ts";
import { readDashboards } from "../../lab/dashboards.ts";
import { putLoadOn } from "../../lab/load.ts";
import { startMlxServer } from "../../lab/mlx-server.ts";
import { observeServer, type ObservedServer } from "../../lab/observed-server.ts";
import { ask, problemsOf, type ExpectedEmpty, type PanelAnswer } from "../../lab/panel-answers.ts";
import { queriesOf } from "../../lab/panel-queries.ts";
import { waitUntil } from "../../lab/wait-until.ts";
import { startWebhook } from "../../lab/webhook.ts";
import { afterwards, mlxAndModel, orSkip, realCgroup, slowSteps } from "../support/lab.ts";
import { standInExporters } from "../support/stand-in-exporters.ts";

const mebibyte = 1024 * 1024;
const workload = `chat-${process.pid}`;

/** What returns nothing here although nothing is wrong with it, by the query's name, and why. */
const expectedEmpty: ExpectedEmpty = {};

describe("every query of every dashboard, in a real Prometheus", function () {
  this.timeout(240_000);
  const undo = afterwards();
  let observed: ObservedServer;
  let work: string;

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
    observed = orSkip(
      this,
      await observeServer(slowSteps, {
        ...{ server, workload, work, reports, undo },
        ...{ standIns: standIns.addresses, webhookUrl: webhook.url, recordSeconds: 5 },
      }),
    );
  });

  /** What Grafana puts in when everything is chosen. */
  const variables = {
    job: ".+",
    instance: ".+",
    workload: ".+",
    __rate_interval: "20s",
    __interval: "1s",
    __range: "1m",
  };

  async function answers(): Promise<readonly PanelAnswer[]> {
    const dashboards = readDashboards(join(work, "monitoring", "grafana", "dashboards"));
    const end = Math.floor(Date.now() / 1000);
    const span = { start: end - 60, end, step: 1 };
    const { url } = observed.prometheus;
    const queries = dashboards.flatMap(queriesOf);
    return Promise.all(queries.map((query) => ask(url, query, variables, span)));
  }

  it("returns data, or is listed with the reason why it returns none", async function () {
    const good = await waitUntil(
      async () => {
        const all = await answers();
        return problemsOf(all, expectedEmpty).length === 0 ? all : undefined;
      },
      { timeoutSeconds: 60, everyMs: 1000 },
    );
    const all = good ?? (await answers());
    assert.equal(problemsOf(all, expectedEmpty).join("\n"), "");
    assert.ok(all.length > 20, "hardly any query was found");
  });
});
