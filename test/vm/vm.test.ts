import assert from "node:assert/strict";
import { printedProgress } from "../../lab/progress.ts";
import { startVm, type CgroupLayout, type Vm } from "../../lab/vm.ts";
import { workloadFiles } from "../../lab/vm-workloads.ts";
import { select, valueIn } from "../support/exposition.ts";
import { onceInVm } from "../support/vm.ts";

const mebibyte = 1024 ** 2;
const workload = "mlx_lm.generate";
const oomsIn = (text: string) =>
  select(text, "mlx_workload_memory_limit_events_total", { workload, event: "oom" })[0]?.value;
/** Of what is told when the unit starts: the kills in the unit, and those in its slice. */
const told = /OOM kills: (\d+) in the unit, (\d+) in the slice/g;
const killed = /Memory cgroup out of memory: Killed process/g;

/**
 * `npm run test:vm`: as root. Emulated, so every wait is a long one: on two quiet cores two minutes for each machine, and
 * none of them is what the exporter takes on a real one.
 */
for (const layout of ["unified", "legacy"] satisfies readonly CgroupLayout[]) {
  describe(`the unit under systemd 252 with ${layout} cgroups`, function () {
    this.timeout(600_000);
    let vm: Vm;

    before(async () => {
      const started = await startVm(workloadFiles, layout, printedProgress());
      if (started.kind === "unavailable") throw new Error(started.why);
      vm = started.vm;
    });
    after(async () => {
      await (vm as Vm | undefined)?.stop();
    });

    const once = (says: (text: string) => boolean, timeoutSeconds?: number) =>
      onceInVm(vm, says, timeoutSeconds);

    const pidOf = (text: string, unit: string) =>
      select(text, "mlx_process_info", { unit })[0]?.labels["pid"];

    it("finds other users' processes, with all rights that reading them takes", async () => {
      const text = await once((said) => pidOf(said, "chat.service") !== undefined);
      assert.equal(valueIn(text, "mlx_exporter_collector_success", { collector: "discover" }), 1);
      assert.deepEqual(select(text, "mlx_exporter_unavailable", { reason: "forbidden" }), []);
      // A limit that only version 2 has tells which one this is.
      const soft = { field: "memory_limit/cgroup_high", workload: "mlx_lm.server" };
      const reasons = select(text, "mlx_exporter_unavailable", soft).map(
        ({ labels }) => labels["reason"],
      );
      assert.deepEqual(reasons, [layout === "unified" ? "unlimited" : "unsupported"]);
    });

    it("names the unit of a service, and that of a user's own", async () => {
      const text = await once((said) => pidOf(said, "notebook.service") !== undefined);
      const [own] = select(text, "mlx_process_info", { unit: "notebook.service" });
      assert.equal(own?.labels["user"], "ann");
    });

    it("takes the memory left in a slice, siblings counted, where that is less than the unit's own", async () => {
      const left = (text: string) => {
        const pid = pidOf(text, "chat.service") ?? "";
        return select(text, "mlx_process_memory_headroom_bytes", { pid, source: "cgroup" })[0]
          ?.value;
      };
      // 288 MiB for the slice, 64 and 96 of them taken; the unit has 192 of its own 256 left.
      const text = await once((said) => (left(said) ?? Infinity) < 130 * mebibyte);
      assert.ok((left(text) ?? 0) > 100 * mebibyte, `${left(text) ?? ""} bytes`);
      const pid = pidOf(text, "chat.service") ?? "";
      const [binding] = select(text, "mlx_process_limit_binding_info", { pid, resource: "memory" });
      assert.equal(binding?.labels["scope"], "/models.slice");
    });

    it("takes a unit's own limit where that is what binds", async () => {
      const scope = "/system.slice/batch.service";
      const bound = (text: string) =>
        select(text, "mlx_process_limit_binding_info", { resource: "memory", scope });
      const [first] = bound(await once((said) => bound(said).length > 0));
      assert.equal(first?.labels["workload"], "mlx_lm.generate");
    });

    it("counts OOM kills of a unit that starts again, whose own count begins at 0 each time", async () => {
      const killsIn = (text: string) =>
        select(text, "mlx_workload_oom_kills_total", { workload })[0]?.value ?? 0;
      const before = (vm.console(10_000).match(killed) ?? []).length;
      const first = await once(() => true);
      const text = await once(
        (said) =>
          killsIn(said) >= killsIn(first) + 3 &&
          (layout === "legacy" || (oomsIn(said) ?? 0) >= (oomsIn(first) ?? 0) + 3),
        300,
      );
      const byKernel = (vm.console(10_000).match(killed) ?? []).length - before;
      assert.ok(killsIn(text) - killsIn(first) <= byKernel, `${byKernel} kills by the kernel`);
      if (layout === "unified")
        assert.ok((oomsIn(text) ?? 0) - (oomsIn(first) ?? 0) <= byKernel, `${byKernel} kills`);
      // Version 1 does not count how often a limit was the reason.
      else assert.equal(oomsIn(text), undefined);

      const starts = [...vm.console(10_000).matchAll(told)];
      const counts = starts.map(([, unit, slice]) => [Number(unit), Number(slice)]);
      assert.ok(counts.length > 3, vm.console());
      // Version 1 counts a kill in the unit alone, and forgets it with the unit.
      const rises = counts
        .slice(1)
        .map(([, slice = 0], start) => slice - (counts[start]?.[1] ?? 0));
      assert.ok(
        counts.every(([unit]) => unit === 0) &&
          rises.every((rise) => (layout === "unified" ? rise > 0 : rise === 0)),
        JSON.stringify(counts),
      );
    });
  });
}
