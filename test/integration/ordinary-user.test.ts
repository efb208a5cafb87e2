import assert from "node:assert/strict";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { startExporter, type Exporter } from "../../lab/exporter.ts";
import type { MlxServer } from "../../lab/mlx-server.ts";
import { select } from "../support/exposition.ts";
import { repository } from "../support/fixture-host.ts";
import { afterwards, orSkip, realExporter, realServer } from "../support/lab.ts";
import { requireComponent, requireTool } from "../support/requires.ts";

const nobody = 65534;
/** Whether reports may be read depends on the folders of this machine; allocator.test.ts has its own. */
const noReports = ["--no-collector.allocator"];
/** The rights that the systemd unit gives, as setpriv spells them. */
function unitCapabilities(): readonly string[] {
  const unit = readFileSync(join(repository, "deploy/mlx-headroom.service"), "utf8");
  const names = /^AmbientCapabilities=(.+)$/m.exec(unit)?.[1]?.split(" ") ?? [];
  return names.map((name) => name.replace(/^CAP_/, "").toLowerCase());
}

describe("an exporter that runs as an ordinary user, beside a server of root's", function () {
  this.timeout(120_000);
  const undo = afterwards();
  let server: MlxServer;
  let pid: { readonly pid: string };
  /** One scrape of an exporter that may do anything, and one of an exporter that may do nothing. */
  let whole: string;
  let ordinary: string;
  let exporter: Exporter;

  before(async function () {
    requireComponent(
      this,
      process.getuid?.() === 0 ? undefined : "Only root can start a program as another user.",
    );
    requireTool(this, "setpriv", "starts the exporter as another user");
    server = await realServer(this);
    undo(() => server.stop());
    pid = { pid: String(server.pid) };
    whole = await scraped(await realExporter([...noReports, "--collector.connections"]));
    exporter = await exporterOf(this, []);
    ordinary = await scraped(exporter);
  });

  async function exporterOf(
    context: Mocha.Context,
    capabilities: readonly string[],
  ): Promise<Exporter> {
    const user = { uid: nobody, capabilities };
    return orSkip(
      context,
      await startExporter({ user, flags: [...noReports, "--collector.connections"] }),
    ).exporter;
  }

  /** A second scrape, so that rates are known. */
  async function scraped(from: Exporter): Promise<string> {
    undo(() => from.stop());
    await from.metrics();
    await new Promise((resolve) => setTimeout(resolve, 1100));
    return from.metrics();
  }

  /** Fields of the server's workload that are absent for that reason, sorted. */
  function absent(text: string, reason: string): readonly string[] {
    const workload = select(text, "mlx_process_info", pid)[0]?.labels["workload"] ?? "";
    assert.notEqual(workload, "", "the server is discovered");
    return select(text, "mlx_exporter_unavailable", { workload, reason })
      .map(({ labels }) => labels["field"] ?? "")
      .sort();
  }

  /** What is published of the server: families with the labels that tell their series apart. */
  function series(text: string): readonly string[] {
    const names = new Set(
      text.split("\n").flatMap((line) => /^(mlx_process_\w+)\{/.exec(line)?.[1] ?? []),
    );
    return [...names]
      .flatMap((name) =>
        select(text, name, pid).map(({ labels }) =>
          [name, labels["mode"], labels["resource"], labels["source"]].filter(Boolean).join(" "),
        ),
      )
      .sort();
  }

  it("is refused disk bytes and the environment, and says so of each", () => {
    const refused = ["disk_read_bytes", "disk_written_bytes", "environment"];
    assert.deepEqual(absent(ordinary, "forbidden"), refused);
  });

  it("counts connections by the server's port, because its descriptors are refused", async () => {
    const workload = select(ordinary, "mlx_process_info", pid)[0]?.labels["workload"] ?? "";
    const clients = [connect(server.port, "127.0.0.1"), connect(server.port, "127.0.0.1")];
    for (const client of clients) await once(client, "connect");
    const text = await exporter.metrics();
    for (const client of clients) client.destroy();
    assert.equal(select(text, "mlx_workload_connections", { workload })[0]?.value, 2);
  });

  it("leaves out what it is refused, instead of publishing 0", () => {
    for (const name of [
      "mlx_process_disk_read_bytes_total",
      "mlx_process_disk_written_bytes_total",
    ]) {
      assert.equal(select(whole, name, pid).length, 1, "root is told");
      assert.deepEqual(select(ordinary, name, pid), []);
    }
  });

  it("publishes everything else that root's does, and knows the same reasons for what is absent", () => {
    const refused = (name: string) => name.startsWith("mlx_process_disk_");
    assert.deepEqual(
      series(ordinary),
      series(whole).filter((name) => !refused(name)),
    );
    assert.ok(series(ordinary).length > 30, `${series(ordinary).length} series`);
    for (const reason of ["unlimited", "unsupported", "not_measured", "error", "zero_limit"]) {
      assert.deepEqual(absent(ordinary, reason), absent(whole, reason), reason);
    }
  });

  it("counts descriptors that it may not list", async () => {
    const counted = () => readdirSync(`/proc/${server.pid}/fd`).length;
    for (let attempt = 0; attempt < 20; attempt++) {
      const before = counted();
      const published = select(await exporter.metrics(), "mlx_process_open_fds", pid)[0]?.value;
      // The server may open or close something in between: then this says nothing.
      if (before === counted()) {
        assert.equal(published, before);
        return;
      }
    }
    assert.fail("the server's descriptors never stood still");
  });

  it("fails no collector over what it is refused", () => {
    const collectors = select(ordinary, "mlx_exporter_collector_success");
    assert.ok(collectors.length > 0);
    assert.ok(collectors.every(({ value }) => value === 1));
  });

  it("is refused nothing with the capabilities of the systemd unit", async function () {
    const capable = await scraped(await exporterOf(this, unitCapabilities()));
    assert.deepEqual(absent(capable, "forbidden"), []);
    assert.deepEqual(series(capable), series(whole));
  });
});
