import assert from "node:assert/strict";
import { createEndings } from "../../../src/exporter/ledger/endings.ts";
import type { MlxProcess } from "../../../src/model/process.ts";

const process = (pid: number, workload = "chat"): MlxProcess => ({
  pid,
  parentPid: 1,
  startTicks: pid,
  startTime: 0,
  workload,
  runtime: "mlx_lm.server",
  role: "worker",
});
const slice = { scope: "/mlx.slice", limit: 800, usage: 790 };
const host = { scope: "host", limit: 9000, usage: 8999 };

describe("endings", () => {
  it("tells of an OOM kill under which limit it came, with what was in use when last seen", () => {
    const endings = createEndings();
    endings.remember(process(1), host);
    endings.remember(process(1), slice);
    assert.deepEqual(endings.tell({ killed: [process(1)], ended: [] }), [
      { kind: "oom_kill", workload: "chat", resource: "memory", pid: 1, count: 1, ...slice },
    ]);
  });

  it("leaves scope, limit and usage out where no limit is known", () => {
    assert.deepEqual(createEndings().tell({ killed: [process(1)], ended: [] }), [
      { kind: "oom_kill", workload: "chat", resource: "memory", pid: 1, count: 1 },
    ]);
  });

  it("writes one line for a thousand processes that end in one look, and counts them", () => {
    const crowd = Array.from({ length: 1000 }, (_, index) => process(index + 1));
    assert.deepEqual(createEndings().tell({ killed: [], ended: crowd }), [
      { kind: "exit", workload: "chat", pid: 1, count: 1000 },
    ]);
  });

  it("keeps workloads, scopes and ways to end apart", () => {
    const endings = createEndings();
    endings.remember(process(1), slice);
    endings.remember(process(2), host);
    endings.remember(process(3), slice);
    const told = endings.tell({
      killed: [process(1), process(2), process(3)],
      ended: [process(4), process(5, "other")],
    });
    assert.deepEqual(
      told.map((incident) => [
        incident.kind,
        incident.workload,
        "scope" in incident ? incident.scope : "",
        incident.count,
      ]),
      [
        ["oom_kill", "chat", "/mlx.slice", 2],
        ["oom_kill", "chat", "host", 1],
        ["exit", "chat", "", 1],
        ["exit", "other", "", 1],
      ],
    );
  });

  it("forgets a process once it was told of: its pid may come back", () => {
    const endings = createEndings();
    endings.remember(process(1), slice);
    endings.tell({ killed: [], ended: [process(1)] });
    assert.deepEqual(endings.tell({ killed: [process(1)], ended: [] }), [
      { kind: "oom_kill", workload: "chat", resource: "memory", pid: 1, count: 1 },
    ]);
  });
});
