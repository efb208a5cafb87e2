import assert from "node:assert/strict";
import fc from "fast-check";
import { createThreadBook, type ThreadBook } from "../../../src/exporter/ledger/thread-book.ts";
import { createCollector } from "../../../src/exporter/2-collect/collect.ts";
import { defaultCollectors } from "../../../src/catalog/collectors.ts";
import type { MlxProcess } from "../../../src/model/process.ts";
import type { ThreadReading, ThreadsReading } from "../../../src/model/reading.ts";
import type { ProcessView, ThreadGroup } from "../../../src/model/view.ts";
import { fixtureHost, roots } from "../../support/fixture-host.ts";

const server: MlxProcess = {
  pid: 4242,
  parentPid: 1,
  startTicks: 240085,
  startTime: 0,
  workload: "chat",
  runtime: "mlx_lm.server",
  role: "server",
};

function view(threads?: ThreadsReading): ProcessView {
  const host = fixtureHost("unified-v2");
  const reading = createCollector(host, roots).collect([server], defaultCollectors).processes[0]
    ?.reading;
  assert.ok(reading !== undefined);
  return {
    process: server,
    reading: { ...reading, ...(threads !== undefined && { threads }) },
    limits: [],
    unavailable: [],
    ownSeries: true,
  };
}

const thread = (tid: number, name: string, userTicks: number, systemTicks = 0): ThreadReading => ({
  tid,
  startTicks: tid * 10,
  name,
  userTicks,
  systemTicks,
});

/** What one look at the given threads publishes. */
function look(book: ThreadBook, ...threads: readonly ThreadReading[]): readonly ThreadGroup[] {
  const groups = book.observe([view({ threads })])[0]?.threads;
  assert.ok(groups !== undefined);
  return groups;
}

const seconds = (groups: readonly ThreadGroup[]) =>
  Object.fromEntries(groups.map((group) => [group.name, group.userSeconds + group.systemSeconds]));

describe("thread-book", () => {
  it("adds up threads of one name by mode, and counts them", () => {
    assert.deepEqual(
      look(createThreadBook(100), thread(1, "main", 50, 25), thread(2, "w", 3), thread(3, "w", 4)),
      [
        { name: "main", threads: 1, userSeconds: 0.5, systemSeconds: 0.25 },
        { name: "w", threads: 2, userSeconds: 0.07, systemSeconds: 0 },
      ],
    );
  });

  it("keeps what a thread used when it ends, and shows that none has its name now", () => {
    const book = createThreadBook(100);
    look(book, thread(1, "main", 50), thread(2, "w", 300));
    assert.deepEqual(look(book, thread(1, "main", 60)), [
      { name: "w", threads: 0, userSeconds: 3, systemSeconds: 0 },
      { name: "main", threads: 1, userSeconds: 0.6, systemSeconds: 0 },
    ]);
  });

  it("takes a reused tid for another thread", () => {
    const book = createThreadBook(100);
    look(book, thread(2, "w", 300));
    assert.deepEqual(seconds(look(book, { ...thread(2, "w", 100), startTicks: 9 })), { w: 4 });
  });

  it("does not count a thread twice that a listing cut short left out", () => {
    const book = createThreadBook(100);
    look(book, thread(1, "main", 50), thread(2, "w", 300));
    look(book, thread(1, "main", 50));
    assert.deepEqual(seconds(look(book, thread(1, "main", 50), thread(2, "w", 310))), {
      w: 3.1,
      main: 0.5,
    });
  });

  it("counts what a thread uses after it renamed itself under its new name only", () => {
    const book = createThreadBook(100);
    look(book, thread(2, "python3", 10));
    assert.deepEqual(seconds(look(book, thread(2, "sampler", 25))), {
      python3: 0.1,
      sampler: 0.15,
    });
  });

  it("shows at most 16 names, those that were busy first, and the rest as one that never falls", () => {
    const book = createThreadBook(1);
    const crowd = Array.from({ length: 20 }, (_, index) => thread(index + 1, `t${index}`, index));
    const first = seconds(look(book, ...crowd));
    assert.deepEqual(Object.keys(first).length, 17);
    assert.deepEqual([first["t19"], first["t4"], first["t3"]], [19, 4, undefined]);
    assert.equal(first["other"], 0 + 1 + 2 + 3);
    const grown = crowd.map((one) => ({
      ...one,
      userTicks: one.userTicks + (one.tid === 1 ? 99 : 0),
    }));
    const second = seconds(look(book, ...grown, thread(99, "other", 1)));
    assert.equal(second["other"], 6 + 99 + 1);
    assert.equal(Object.keys(second).length, 17);
  });

  it("goes on where it was after a scrape in which the threads could not be read", () => {
    const book = createThreadBook(100);
    look(book, thread(1, "main", 50), thread(2, "w", 30));
    const [failed] = book.observe([view({ missing: "error" })]);
    assert.equal(failed?.threads, undefined);
    assert.deepEqual(seconds(look(book, thread(1, "main", 70))), { main: 0.7, w: 0.3 });
  });

  it("leaves a process alone whose threads nobody asked for", () => {
    const asIs = view();
    assert.deepEqual(createThreadBook(100).observe([asIs]), [asIs]);
  });

  it("forgets a process that is gone", () => {
    const book = createThreadBook(100);
    look(book, thread(1, "main", 50), thread(2, "w", 300));
    book.observe([]);
    assert.deepEqual(seconds(look(book, thread(1, "main", 50))), { main: 0.5 });
  });

  it("never falls under any name, and never exceeds what the process used, however threads come and go", () => {
    const step = fc.record({
      tid: fc.integer({ min: 1, max: 40 }),
      name: fc.integer({ min: 0, max: 25 }),
      used: fc.nat({ max: 500 }),
      ends: fc.boolean(),
      looked: fc.boolean(),
      missed: fc.option(fc.integer({ min: 1, max: 40 }), { freq: 4 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const book = createThreadBook(100);
        const alive = new Map<number, ThreadReading>();
        let used = 0;
        let looks = 0;
        let before: Readonly<Record<string, number>> = {};
        for (const [index, { tid, name, ...now }] of steps.entries()) {
          const past = alive.get(tid) ?? { ...thread(tid, "", 0), startTicks: index };
          used += now.used;
          alive.set(tid, { ...past, name: `n${name}`, userTicks: past.userTicks + now.used });
          if (now.looked) {
            // Every second listing may be cut short.
            const missed = looks++ % 2 === 1 ? now.missed : undefined;
            const listed = [...alive.values()].filter((one) => one.tid !== missed);
            const after = seconds(look(book, ...listed));
            for (const [key, value] of Object.entries(before))
              assert.ok((after[key] ?? 0) >= value, `${key} fell`);
            const sum = Object.values(after).reduce((total, value) => total + value, 0);
            assert.ok(sum <= used / 100 + 1e-9, `${sum} of ${used / 100}`);
            assert.ok(Object.keys(after).length <= 17);
            before = after;
          }
          if (now.ends) alive.delete(tid);
        }
      }),
    );
  });
});
