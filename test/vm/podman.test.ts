import assert from "node:assert/strict";
import { printedProgress } from "../../lab/progress.ts";
import { startVm, type Vm } from "../../lab/vm.ts";
import { containerBytes, owners, podmanFiles, podmanSockets } from "../../lab/vm-podman.ts";
import { waitUntil } from "../../lab/wait-until.ts";
import { select, valueIn } from "../support/exposition.ts";
import { onceInVm } from "../support/vm.ts";

const scopes = {
  root: /^\/machine\.slice\/libpod-([0-9a-f]{64})\.scope\/container$/,
  ann: /^\/user\.slice\/user-1000\.slice\/user@1000\.service\/user\.slice\/libpod-([0-9a-f]{64})\.scope\/container$/,
};

/** With `npm run test:vm`, as root: crun, systemd as the manager of cgroups, and version 2 of them. */
describe("containers of Podman in a virtual machine", function () {
  this.timeout(900_000);
  let vm: Vm;

  before(async () => {
    const flags = Object.values(podmanSockets).map((path) => `--containers.socket=${path}`);
    const options = { flags, podman: true };
    const started = await startVm(podmanFiles, "unified", printedProgress(), options);
    if (started.kind === "unavailable") throw new Error(started.why);
    vm = started.vm;
  });
  after(async () => {
    await (vm as Vm | undefined)?.stop();
  });

  for (const owner of owners) {
    const workload = `${owner}-chat`;

    it(`names the workload of ${owner}'s container by its label, and has its limit and headroom`, async () => {
      const text = await onceInVm(
        vm,
        (said) => select(said, "mlx_process_info", { workload }).length > 0,
        400,
      );
      const labels = select(text, "mlx_process_info", { workload })[0]?.labels;
      assert.deepEqual([labels?.["user"], labels?.["container"]], [owner, workload]);
      const pid = labels?.["pid"] ?? "";
      const [binding] = select(text, "mlx_process_limit_binding_info", { pid, resource: "memory" });
      assert.match(binding?.labels["scope"] ?? "", scopes[owner]);
      const cgroup = { pid, source: "cgroup" };
      const [limit] = select(text, "mlx_process_memory_limit_bytes", cgroup);
      const [left] = select(text, "mlx_process_memory_headroom_bytes", cgroup);
      assert.equal(limit?.value, containerBytes);
      assert.ok(left !== undefined && left.value > 0 && left.value < containerBytes);
      assert.equal(valueIn(text, "mlx_exporter_collector_success", { collector: "containers" }), 1);
    });
  }

  it("counts each OOM kill in a container once, and the limit that was its reason, though both end with it", async () => {
    const sum = (text: string, name: string, labels = {}) =>
      select(text, name, labels).reduce((total, { value }) => total + value, 0);
    const look = async () => {
      const text = await onceInVm(vm, () => true);
      const killed = vm.console(10_000).match(/Killed process \d+ \(eat-/g) ?? [];
      return {
        text,
        kernel: killed.length,
        kills: sum(text, "mlx_workload_oom_kills_total"),
        ooms: sum(text, "mlx_workload_memory_limit_events_total", { event: "oom" }),
      };
    };
    /** Not while one is being counted. */
    const settled = () =>
      waitUntil(
        async () => {
          const before = await look();
          await new Promise((resolve) => setTimeout(resolve, 4000));
          const after = await look();
          return before.kernel === after.kernel && before.kills === after.kills ? after : undefined;
        },
        { timeoutSeconds: 120, everyMs: 10 },
      );
    const first = await settled();
    assert.ok(first !== undefined);
    await onceInVm(vm, (text) => sum(text, "mlx_workload_oom_kills_total") >= first.kills + 3, 600);
    const last = await settled();
    assert.ok(last !== undefined);
    const kernel = last.kernel - first.kernel;
    assert.deepEqual([last.kills - first.kills, last.ooms - first.ooms], [kernel, kernel]);
    for (const owner of owners) {
      const workload = `${owner}-batch`;
      const kills = select(last.text, "mlx_workload_oom_kills_total", { workload });
      assert.ok((kills[0]?.value ?? 0) > 0, workload);
    }
  });
});
