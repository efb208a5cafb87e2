import assert from "node:assert/strict";
import { makeCpuCgroup, type CpuCgroup } from "../../lab/cpu-cgroup.ts";
import type { Exporter } from "../../lab/exporter.ts";
import type { MlxServer } from "../../lab/mlx-server.ts";
import { waitUntil } from "../../lab/wait-until.ts";
import { select, valueIn } from "../support/exposition.ts";
import { afterwards, mlxAndModel, orSkip, realExporter, realServer } from "../support/lab.ts";

describe("a real mlx_lm.server under a real CPU quota", function () {
  this.timeout(120_000);
  const undo = afterwards();
  let cgroup: CpuCgroup;
  let server: MlxServer;
  let exporter: Exporter;

  before(async function () {
    await mlxAndModel(this);
    ({ cgroup } = orSkip(this, await makeCpuCgroup("mlx-headroom-quota", 0.3)));
    undo(() => cgroup.remove());
    server = await realServer(this, { cgroups: cgroup.folders });
    undo(() => server.stop());
    exporter = await realExporter();
    undo(() => exporter.stop());
    await exporter.metrics();
  });

  it("is limited by the quota, bound by whatever leaves least, counted as throttled, and the log says once when it began", async () => {
    const pid = String(server.pid);
    const throttled = await waitUntil(
      async () => {
        await server.complete("hello ".repeat(150), 16);
        const text = await exporter.metrics();
        const workload = select(text, "mlx_process_info", { pid })[0]?.labels["workload"] ?? "";
        const periods = valueIn(text, "mlx_workload_cpu_throttled_periods_total", { workload });
        return periods > 0 ? text : undefined;
      },
      { timeoutSeconds: 60 },
    );
    assert.ok(throttled !== undefined, "never throttled");
    assert.equal(valueIn(throttled, "mlx_process_cpu_limit_cores", { pid, source: "quota" }), 0.3);
    const [binding] = select(throttled, "mlx_process_limit_binding_info", { pid, resource: "cpu" });
    // On a machine whose every core is busy that may be the host.
    const [least] = [...select(throttled, "mlx_process_cpu_headroom_cores", { pid })].sort(
      (a, b) => a.value - b.value,
    );
    assert.equal(binding?.labels["source"], least?.labels["source"]);
    const scopes: Readonly<Record<string, string>> = { quota: cgroup.scope, host: "host" };
    assert.equal(binding?.labels["scope"], scopes[least?.labels["source"] ?? ""]);
    assert.match(
      exporter.log(),
      new RegExp(
        `level=warn msg="a CPU quota holds tasks back" .*scope=${cgroup.scope} .*limit=0\\.3`,
      ),
    );
  });
});
