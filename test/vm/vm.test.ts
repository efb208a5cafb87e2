import assert from "node:assert/strict";
import { printedProgress } from "../../lab/progress.ts";
import { startVm, type CgroupLayout, type Vm } from "../../lab/vm.ts";
import { workloadFiles } from "../../lab/vm-workloads.ts";
import { waitUntil } from "../../lab/wait-until.ts";
import { select, valueIn } from "../support/exposition.ts";
import { onceInVm } from "../support/vm.ts";

const mebibyte = 1024 ** 2;
const workload = "mlx_lm.generate";
const limitEvents = "mlx_workload_memory_limit_events_total";
const oomsIn = (text: string) =>
  select(text, limitEvents, { workload, event: "oom" })[0]?.value ?? 0;
const killsIn = (text: string) =>
  select(text, "mlx_workload_oom_kills_total", { workload })[0]?.value ?? 0;
/** Of what is told when the unit starts: the kills in the unit, those in its slice, and how often a limit was the reason. */
const told = /OOM kills: (\d+) in the unit, (\d+) in the slice, for (\d*) limits/g;
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
      const first = await settled();
      const enough = (text: string) =>
        killsIn(text) >= first.kills + 3 && (layout === "legacy" || oomsIn(text) >= first.ooms + 3);
      await once(enough, 300);
      const last = await settled();
      const byKernel = last.kernel - first.kernel;
      assert.ok(last.kills - first.kills <= byKernel, `${byKernel} kills by the kernel`);
      if (layout === "unified") {
        // The kernel may count more than one for a kill.
        const counted = last.limits - first.limits;
        assert.ok(last.ooms - first.ooms <= counted, `${last.ooms - first.ooms} of ${counted}`);
      } else {
        // Version 1 does not count how often a limit was the reason.
        assert.deepEqual(select(last.text, limitEvents, { workload, event: "oom" }), []);
      }
      assert.ok(
        last.starts.every(({ unit }) => unit === 0),
        JSON.stringify(last.starts),
      );
      // Version 1 counts a kill in the unit alone, and forgets it with the unit.
      const rises = last.starts
        .slice(1)
        .map(({ slice }, n) => slice - (last.starts[n]?.slice ?? 0));
      assert.ok(
        rises.length >= 3 && rises.every((rise) => (layout === "unified" ? rise > 0 : rise === 0)),
        JSON.stringify(last.starts),
      );
    });

    /** Right after the unit has started again, and long enough after for the kill before to be counted. */
    async function settled() {
      const starts = () =>
        [...vm.console(10_000).matchAll(told)].map(([, unit, slice, limits]) => ({
          unit: Number(unit),
          slice: Number(slice),
          limits: Number(limits),
        }));
      const before = starts().length;
      const isNew = () => (starts().length > before ? true : undefined);
      assert.ok(await waitUntil(isNew, { timeoutSeconds: 120 }), vm.console());
      await new Promise((resolve) => setTimeout(resolve, 4000));
      const text = await once(() => true);
      return {
        text,
        kills: killsIn(text),
        ooms: oomsIn(text),
        kernel: (vm.console(10_000).match(killed) ?? []).length,
        limits: starts().at(-1)?.limits ?? 0,
        starts: starts(),
      };
    }
  });
}
