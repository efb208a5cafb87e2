import assert from "node:assert/strict";
import { createLevelEventWatch } from "../../../src/exporter/ledger/level-events.ts";
import type { LookedLevel } from "../../../src/model/look.ts";
import type { LevelEvents } from "../../../src/model/cgroup-reading.ts";
import { known, missing } from "../../../src/model/figure.ts";

const memory = (
  events: LevelEvents,
  workloads: readonly string[] = ["chat"],
  fresh = false,
): LookedLevel => ({
  resource: "memory",
  scope: "/mlx.slice",
  workloads,
  fresh,
  counts: ["high", "max", "oom"],
  events,
  limit: known(800),
  usage: known(790),
});
const cpu = (throttled: number): LookedLevel => ({
  resource: "cpu",
  scope: "/mlx.slice",
  workloads: ["chat"],
  fresh: false,
  counts: ["periods", "throttled_periods", "throttled_seconds"],
  events: {
    periods: throttled * 2,
    throttled_periods: throttled,
    throttled_seconds: throttled / 10,
  },
  limit: known(2),
  usage: missing("not_measured"),
});

describe("level-events", () => {
  it("takes a level's past for no event, and its growth for one", () => {
    const watch = createLevelEventWatch();
    assert.deepEqual(watch.observe([memory({ max: 35 })]), { additions: [], incidents: [] });
    assert.deepEqual(watch.observe([memory({ max: 38 })]), {
      additions: [{ workload: "chat", event: "max", count: 3 }],
      incidents: [
        {
          kind: "limit_hit",
          workload: "chat",
          resource: "memory",
          scope: "/mlx.slice",
          event: "max",
          count: 3,
          limit: 800,
          usage: 790,
        },
      ],
    });
    assert.deepEqual(watch.observe([memory({ max: 38 })]), { additions: [], incidents: [] });
  });

  it("counts for every workload that shares the level", () => {
    const watch = createLevelEventWatch();
    watch.observe([memory({ high: 0 }, ["a", "b"])]);
    const { additions } = watch.observe([memory({ high: 2 }, ["a", "b"])]);
    assert.deepEqual(
      additions.map(({ workload, count }) => [workload, count]),
      [
        ["a", 2],
        ["b", 2],
      ],
    );
  });

  it("takes a count that fell for a new cgroup of the same name, all of whose events are new", () => {
    const watch = createLevelEventWatch();
    watch.observe([memory({ oom: 9 })]);
    assert.deepEqual(watch.observe([memory({ oom: 2 })]).additions, [
      { workload: "chat", event: "oom", count: 2 },
    ]);
  });

  it("counts all that happened at a level that was made while we watched, once", () => {
    const watch = createLevelEventWatch();
    watch.observe([]);
    const made = memory({ max: 35, oom: 1 }, ["chat"], true);
    assert.deepEqual(
      watch.observe([made]).additions.map(({ event, count }) => [event, count]),
      [
        ["max", 35],
        ["oom", 1],
      ],
    );
    assert.deepEqual(watch.observe([{ ...made, fresh: false }]).additions, []);
  });

  it("counts from 0 at a level that was gone between two looks at it", () => {
    const watch = createLevelEventWatch();
    watch.observe([memory({ max: 3 })]);
    watch.observe([memory({})]);
    assert.deepEqual(watch.observe([memory({ max: 5 })]).additions, [
      { workload: "chat", event: "max", count: 5 },
    ]);
  });

  for (const [resource, event] of [
    ["swap", "swap_max"],
    ["swap", "swap_fail"],
    ["threads", "threads_max"],
    ["memory", "high"],
  ] as const) {
    it(`logs ${event} as a limit of ${resource} that was reached`, () => {
      const watch = createLevelEventWatch();
      watch.observe([{ ...memory({ [event]: 1 }), resource }]);
      const { incidents } = watch.observe([{ ...memory({ [event]: 3 }), resource }]);
      assert.deepEqual(
        incidents.map((incident) => [
          incident.kind,
          "event" in incident && [incident.resource, incident.event, incident.count],
        ]),
        [["limit_hit", [resource, event, 2]]],
      );
    });
  }

  it("logs the beginning of throttling and not its going on, and counts both", () => {
    const watch = createLevelEventWatch();
    watch.observe([cpu(10)]);
    const kinds = [20, 30, 30, 40].map((throttled) => {
      const { additions, incidents } = watch.observe([cpu(throttled)]);
      return [incidents.map(({ kind }) => kind), additions.length];
    });
    assert.deepEqual(kinds, [
      [["throttling_started"], 3],
      [[], 3],
      [[], 0],
      [["throttling_started"], 3],
    ]);
  });

  it("counts nothing that happened while nobody of ours was there", () => {
    const watch = createLevelEventWatch();
    watch.observe([memory({ max: 1 })]);
    watch.observe([]);
    assert.deepEqual(watch.observe([memory({ max: 50 })]).additions, []);
  });
});
