import assert from "node:assert/strict";
import fc from "fast-check";
import { createOomWatch } from "../../../src/exporter/ledger/oom-watch.ts";
import {
  parseOomCounts,
  readOomCounts,
  type OomCounts,
} from "../../../src/exporter/ledger/oom-count.ts";
import type { MlxProcess } from "../../../src/model/process.ts";
import { memoryHost } from "../../support/memory-host.ts";
import { arbitraryText, isCount } from "../../support/arbitrary-text.ts";

const process = (pid: number): MlxProcess => ({
  pid,
  parentPid: 1,
  startTicks: pid,
  startTime: 0,
  workload: `w${pid}`,
  runtime: "mlx_lm.server",
  role: "server",
});

const asRead = (kills: number | undefined): OomCounts | undefined =>
  kills === undefined ? undefined : { kills };

/** A watch over processes in one cgroup each, with the counters as a plain object that a test changes. */
function watched(...pids: readonly number[]) {
  const counters: Record<string, number | undefined> = { vmstat: 5 };
  const alive = pids.map((pid) => {
    counters[`cg${pid}`] = 0;
    return { process: process(pid), oomFiles: [`cg${pid}`, "vmstat"] };
  });
  const watch = createOomWatch();
  const look = (present: readonly number[], vanished: readonly number[] = []) => {
    const { killed, ended } = watch.observe(
      alive.filter((entry) => present.includes(entry.process.pid)),
      vanished.map(process),
      (file) => asRead(counters[file]),
    );
    return { killed: killed.map(({ pid }) => pid), ended: ended.map(({ pid }) => pid) };
  };
  return { counters, look };
}

describe("oom-watch", () => {
  it("blames the kernel when the counter rose in the look that missed the process", () => {
    const { counters, look } = watched(1);
    look([1]);
    counters["cg1"] = 1;
    counters["vmstat"] = 6;
    assert.deepEqual(look([], [1]), { killed: [1], ended: [] });
  });

  it("still blames it when the counter rose one look before the process was gone", () => {
    const { counters, look } = watched(1);
    look([1]);
    counters["cg1"] = 1;
    look([1]);
    assert.deepEqual(look([], [1]), { killed: [1], ended: [] });
  });

  it("still blames it when the counter rises one look after, and decides then", () => {
    const { counters, look } = watched(1);
    look([1]);
    assert.deepEqual(look([], [1]), { killed: [], ended: [] });
    counters["cg1"] = 1;
    assert.deepEqual(look([]), { killed: [1], ended: [] });
  });

  it("lets a process that ends by itself end by itself", () => {
    const { look } = watched(1);
    look([1]);
    look([], [1]);
    assert.deepEqual(look([]), { killed: [], ended: [1] });
  });

  it("does not blame a rise that is two looks old", () => {
    const { counters, look } = watched(1);
    look([1]);
    counters["cg1"] = 1;
    look([1]);
    look([1]);
    look([], [1]);
    assert.deepEqual(look([]), { killed: [], ended: [1] });
  });

  it("reads the next counter around it when the cgroup went with the process", () => {
    const { counters, look } = watched(1);
    look([1]);
    counters["cg1"] = undefined;
    counters["vmstat"] = 6;
    assert.deepEqual(look([], [1]), { killed: [1], ended: [] });
  });

  it("blames one process for one kill, not its neighbour that ended in the same second", () => {
    const { counters, look } = watched(1, 2);
    look([1, 2]);
    counters["cg1"] = 1;
    counters["cg2"] = undefined;
    counters["vmstat"] = 6;
    assert.deepEqual(look([], [1, 2]), { killed: [1], ended: [] });
    assert.deepEqual(look([]), { killed: [], ended: [2] });
  });

  it("never blames kills that happened before the exporter looked", () => {
    const { counters, look } = watched(1);
    counters["cg1"] = 40;
    look([1]);
    look([], [1]);
    assert.deepEqual(look([]), { killed: [], ended: [1] });
  });

  describe("in containers whose engine is listened to", () => {
    const id = "c".repeat(64);

    /** Process 1 and, in the same container, process 3; process 2 is in another one. Each look says what the engine told. */
    function housed() {
      const counters: Record<string, number | undefined> = { mine: 0, other: 0, vmstat: 5 };
      const alive = [
        { process: { ...process(1), containerId: id }, oomFiles: ["mine", "vmstat"] },
        { process: { ...process(2), containerId: "d".repeat(64) }, oomFiles: ["other", "vmstat"] },
        { process: { ...process(3), containerId: id }, oomFiles: ["mine", "vmstat"] },
      ];
      const watch = createOomWatch();
      const killed: number[] = [];
      const ended: number[] = [];
      const look = (
        present: readonly number[],
        vanished: readonly number[],
        told: string[] = [],
      ) => {
        const of = (pids: readonly number[]) =>
          alive.filter((one) => pids.includes(one.process.pid));
        const verdicts = watch.observe(
          of(present),
          of(vanished).map((one) => one.process),
          (file) => asRead(counters[file]),
          told,
        );
        killed.push(...verdicts.killed.map(({ pid }) => pid));
        ended.push(...verdicts.ended.map(({ pid }) => pid));
        return { killed, ended };
      };
      return { counters, look };
    }

    it("counts one kill once when the counter rose and the engine told of it, whichever was first", () => {
      for (const early of [true, false]) {
        for (const mine of [1, undefined]) {
          const { counters, look } = housed();
          look([1, 3], []);
          Object.assign(counters, { mine, vmstat: 6 });
          look([], [1, 3], early ? [id] : []);
          look([], [], early ? [] : [id]);
          for (let n = 0; n < 3; n++) look([], []);
          assert.deepEqual(look([], []), { killed: [1], ended: [3] });
        }
      }
    });

    it("believes the engine where the counter went with the container, also when it tells a look or two later", () => {
      for (const late of [0, 1, 2, 3]) {
        const { counters, look } = housed();
        look([1], []);
        counters["mine"] = undefined;
        for (let n = 0; n <= 4; n++) look([], n === 0 ? [1] : [], n === late ? [id] : []);
        assert.deepEqual(look([], []), { killed: [1], ended: [] }, `${late} looks late`);
      }
    });

    it("believes it where the container was started again by then, with a counter that is new", () => {
      const { look } = housed();
      look([1], []);
      assert.deepEqual(look([], [1], [id]), { killed: [1], ended: [] });
    });

    it("leaves it to the kernel while the counter is there, and has counted before", () => {
      const { counters, look } = housed();
      counters["mine"] = 2;
      look([1], []);
      look([], [1], [id]);
      assert.deepEqual(look([], []), { killed: [], ended: [1] });
    });

    it("takes no kill in one container for one in another", () => {
      const { counters, look } = housed();
      look([1, 2], []);
      counters["other"] = undefined;
      look([1], [2], [id]);
      for (let n = 0; n < 3; n++) look([1], []);
      assert.deepEqual(look([1], []), { killed: [], ended: [2] });
    });

    it("lets the machine's counter pay for the container that the engine names, and for no other", () => {
      const { counters, look } = housed();
      look([1, 2], []);
      Object.assign(counters, { mine: undefined, other: undefined, vmstat: 6 });
      look([], [2, 1], [id]);
      for (let n = 0; n < 3; n++) look([], []);
      assert.deepEqual(look([], []), { killed: [1], ended: [2] });
    });

    it("forgets what an engine told of a process that nobody tracks", () => {
      const { counters, look } = housed();
      look([1], [], [id]);
      look([1], []);
      look([1], []);
      counters["mine"] = undefined;
      look([], [1]);
      for (let n = 0; n < 3; n++) look([], []);
      assert.deepEqual(look([], []), { killed: [], ended: [1] });
    });
  });

  it("reads kills in version 1 and 2 files and in vmstat, and in version 2 how often a limit was the reason", () => {
    assert.deepEqual(parseOomCounts("oom_kill_disable 0\nunder_oom 0\noom_kill 4\n"), { kills: 4 });
    const events = "low 0\nhigh 0\nmax 35\noom 2\noom_kill 1\noom_group_kill 0\n";
    assert.deepEqual(parseOomCounts(events), { kills: 1, ooms: 2 });
    assert.equal(parseOomCounts("oom_kill_disable 0\n"), undefined);
    fc.assert(
      fc.property(arbitraryText, (text) => {
        const counts = parseOomCounts(`${text}\noom ${text}\noom_kill ${text}`);
        assert.ok(counts === undefined || isCount(counts.kills));
        assert.ok(counts?.ooms === undefined || isCount(counts.ooms));
      }),
    );
  });

  it("reads beside it the number that tells it from a later one", () => {
    const files = {
      "/cg/memory.events": "oom 3\noom_kill 2\n",
      "/v1/memory.oom_control": "under_oom 0\noom_kill 2\n",
    };
    const host = memoryHost(files, { inodes: (path) => path.length });
    const read = (path: string) => readOomCounts(host, path);
    assert.deepEqual(read("/cg/memory.events"), { kills: 2, ooms: 3, id: 17 });
    assert.deepEqual(read("/v1/memory.oom_control"), { kills: 2, id: 22 });
    assert.equal(read("/gone/memory.events"), undefined);
  });
});
