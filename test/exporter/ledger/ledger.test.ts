import assert from "node:assert/strict";
import { createLedger } from "../../../src/exporter/ledger/ledger.ts";
import type { Look } from "../../../src/model/look.ts";
import { known, missing } from "../../../src/model/figure.ts";
import { memoryHost } from "../../support/memory-host.ts";

function look(
  ...processes: readonly (readonly [
    pid: number,
    cpuSeconds: number,
    oomFiles?: readonly string[],
  ])[]
): Look {
  return {
    processes: processes.map(([pid, seconds, oomFiles = ["/counts/none/yet"]]) => ({
      process: {
        pid,
        parentPid: 1,
        startTicks: pid * 10,
        startTime: 0,
        workload: "chat",
        runtime: "mlx_lm.server",
        role: "server",
        model: "tiny",
      },
      cpuSeconds: known(seconds),
      oomFiles,
    })),
    cpuSeconds: new Map(),
  };
}

describe("ledger", () => {
  it("starts every counter at 0 at first sight: a process's past is not an event", () => {
    const host = memoryHost({});
    const ledger = createLedger(host, 64);
    ledger.observe(look([1, 5000], [2, 70]));
    assert.deepEqual(ledger.workloads().get("chat"), {
      cpuSeconds: 0,
      processStarts: 0,
      oomKills: 0,
      processExits: { oom_kill: 0, unknown: 0 },
      levelEvents: {},
      pressure: [],
      lastServerSeen: host.clock.monotonicSeconds(),
      runtime: "mlx_lm.server",
      model: "tiny",
    });
  });

  it("keeps the MLX version that a workload's processes last reported, when they end or fall silent", () => {
    const ledger = createLedger(memoryHost({}), 64);
    const [process] = look([1, 0]).processes;
    assert.ok(process !== undefined);
    ledger.observe({ ...look(), processes: [{ ...process, mlxVersion: "0.32.4" }] });
    ledger.observe(look([1, 1]));
    ledger.observe(look());
    assert.equal(ledger.workloads().get("chat")?.mlxVersion, "0.32.4");
  });

  it("opens a count of level events at 0 where a level counts them, and no other", () => {
    const host = memoryHost({});
    const ledger = createLedger(host, 64);
    ledger.observe({
      ...look([1, 0]),
      levels: [
        {
          resource: "memory",
          scope: "/a",
          workloads: ["chat"],
          fresh: false,
          counts: ["max"],
          events: { max: 8, high: 3 },
          limit: missing("unlimited"),
          usage: known(1),
        },
      ],
    });
    assert.deepEqual(ledger.workloads().get("chat")?.levelEvents, { max: 0, high: 0 });
  });

  it("adds up pressure from first sight on, and keeps it through looks that do not ask", () => {
    const ledger = createLedger(memoryHost({}), 64);
    const pressed = (seconds: number): Look => ({
      ...look([1, 0]),
      pressures: [
        {
          scope: "/a",
          workloads: ["chat"],
          pressure: [{ resource: "memory", kind: "some", seconds }],
        },
      ],
    });
    const totals = [pressed(50), look([1, 0]), pressed(52), pressed(52.5)].map((seen) => {
      ledger.observe(seen);
      return ledger.workloads().get("chat")?.pressure;
    });
    assert.deepEqual(
      totals.map((pressure) => pressure?.map(({ seconds }) => seconds)),
      [[0], [0], [2], [2.5]],
    );
  });

  it("adds CPU time over a restart without ever falling", () => {
    const host = memoryHost({});
    const ledger = createLedger(host, 64);
    const totals: number[] = [];
    for (const seen of [look([1, 100]), look([1, 103]), look(), look([2, 1]), look([2, 1.5])]) {
      ledger.observe(seen);
      host.clock.advance(1);
      totals.push(ledger.workloads().get("chat")?.cpuSeconds ?? NaN);
    }
    assert.deepEqual(totals, [0, 3, 3, 3, 3.5]);
  });

  it("counts a start for each process that comes later, and an exit for each that goes", () => {
    const host = memoryHost({});
    const ledger = createLedger(host, 64);
    for (const seen of [
      look([1, 0]),
      look([1, 0], [2, 0]),
      look([2, 0]),
      look([3, 0]),
      look([3, 0]),
    ]) {
      ledger.observe(seen);
      host.clock.advance(1);
    }
    const counters = ledger.workloads().get("chat");
    assert.equal(counters?.processStarts, 2);
    assert.deepEqual(counters.processExits, { oom_kill: 0, unknown: 2 });
  });

  it("takes a reused pid for an exit and a start", () => {
    const host = memoryHost({});
    const ledger = createLedger(host, 64);
    const first = look([7, 50]);
    const second: Look = {
      ...first,
      processes: first.processes.map((entry) => ({
        ...entry,
        process: { ...entry.process, startTicks: 999 },
      })),
    };
    for (const seen of [first, second, second]) {
      ledger.observe(seen);
      host.clock.advance(1);
    }
    const counters = ledger.workloads().get("chat");
    assert.deepEqual([counters?.processStarts, counters?.processExits.unknown], [1, 1]);
  });

  it("counts an OOM kill when the kernel's counter rose as the process vanished", () => {
    const host = memoryHost({ "/cg/memory.events": "oom_kill 2\n" });
    const ledger = createLedger(host, 64);
    ledger.observe(look([1, 0, ["/cg/memory.events"]]));
    host.put("/cg/memory.events", "oom_kill 3\n");
    host.clock.advance(1);
    assert.deepEqual(ledger.observe(look()), [
      { kind: "oom_kill", workload: "chat", resource: "memory", pid: 1, count: 1 },
    ]);
    const counters = ledger.workloads().get("chat");
    assert.deepEqual([counters?.oomKills, counters?.processExits.oom_kill], [1, 1]);
  });

  it("counts an event oom with the kill, where the cgroup went with the process and only the slice still tells", () => {
    const slice = (ooms: number) => `oom ${ooms}\noom_kill ${ooms}\n`;
    const host = memoryHost({
      "/cg/batch/memory.events": slice(0),
      "/cg/memory.events": slice(4),
    });
    const ledger = createLedger(host, 64);
    ledger.observe(look([1, 0, ["/cg/batch/memory.events", "/cg/memory.events"]]));
    host.remove("/cg/batch");
    host.put("/cg/memory.events", slice(5));
    host.clock.advance(1);
    ledger.observe(look());
    const counters = ledger.workloads().get("chat");
    assert.deepEqual([counters?.oomKills, counters?.levelEvents.oom], [1, 1]);
  });

  it("keeps a workload for 24 hours after its last process, and no longer", () => {
    const host = memoryHost({});
    const ledger = createLedger(host, 64);
    ledger.observe(look([1, 0]));
    host.clock.advance(24 * 3600 - 1);
    ledger.observe(look());
    assert.ok(ledger.workloads().has("chat"));
    host.clock.advance(2);
    ledger.observe(look());
    assert.ok(!ledger.workloads().has("chat"));
  });

  it("keeps no more workloads than the cap, whatever they are called one after the other", () => {
    const host = memoryHost({});
    const ledger = createLedger(host, 3);
    for (let pid = 1; pid <= 10; pid++) {
      const one = look([pid, 0]);
      ledger.observe({
        ...one,
        processes: one.processes.map((entry) => ({
          ...entry,
          process: { ...entry.process, workload: `w${pid}` },
        })),
      });
      host.clock.advance(1);
    }
    assert.deepEqual([...ledger.workloads().keys()], ["w8", "w9", "w10"]);
  });

  it("says nothing of OOM kills where nothing counts them: 0 would say never", () => {
    const ledger = createLedger(memoryHost({}), 64);
    ledger.observe(look([1, 0, []]));
    ledger.observe(look());
    ledger.observe(look());
    const { oomKills, processExits } = ledger.workloads().get("chat") ?? {};
    assert.deepEqual(
      { oomKills, processExits },
      { oomKills: undefined, processExits: { unknown: 1 } },
    );
  });

  it("adds GPU time from first sight on, and keeps it through looks that do not know it", () => {
    const ledger = createLedger(memoryHost({}), 64);
    const used = (gpuSeconds: number): Look => {
      const { processes, ...rest } = look([1, 0]);
      return {
        ...rest,
        processes: processes.map((each) => ({ ...each, gpuSeconds: known(gpuSeconds) })),
      };
    };
    const totals = [look([1, 0]), used(40), used(43), look([1, 0]), used(44)].map((seen) => {
      ledger.observe(seen);
      return ledger.workloads().get("chat")?.gpuSeconds;
    });
    assert.deepEqual(totals, [undefined, 0, 3, 3, 4]);
  });

  it("makes rates of when figures were true, not of when they were handed on", () => {
    const host = memoryHost({});
    const ledger = createLedger(host, 64);
    const began = host.clock.monotonicSeconds();
    const seen = (cpuSeconds: number, at: number): Look => {
      const { processes, ...rest } = look([1, cpuSeconds]);
      return { ...rest, processes: processes.map((each) => ({ ...each, at })) };
    };
    ledger.observe(seen(100, began));
    host.clock.advance(4);
    const last = seen(104, began + 2);
    ledger.observe(last);
    const [first] = last.processes;
    assert.ok(first !== undefined);
    assert.deepEqual(ledger.processCores(first.process), known(2));
  });
});
