import assert from "node:assert/strict";
import type { HistoryAnswer } from "../../../src/generator/1-record/history-index.ts";
import { createHistoryReader } from "../../../src/generator/1-record/history-lines.ts";
import type { HistoryKey } from "../../../src/generator/1-record/history-queries.ts";
import {
  lineSchema,
  type RecordingLine,
  type RecordingSample,
} from "../../../src/model/recording.ts";

type Row = readonly [Readonly<Record<string, string>>, readonly (number | undefined)[]];

/** What a query gave at the moments 1000, 1060, 1120 …; undefined is no value. */
const gave = (key: HistoryKey, ...rows: readonly Row[]): HistoryAnswer => ({
  key,
  series: rows.map(([labels, values]) => ({
    labels,
    values: new Map(
      values.flatMap((value, at) => (value === undefined ? [] : [[1000 + 60 * at, value]])),
    ),
  })),
});
const stretch = (moments: number, from = 0) => ({
  start: 1000 + 60 * from,
  end: 1000 + 60 * (from + moments - 1),
});
const server = (...values: readonly (number | undefined)[]): readonly HistoryAnswer[] => [
  gave({ of: "info" }, [{ pid: "7", role: "server" }, values]),
  gave({ of: "start" }, [{ pid: "7" }, values.map((value) => value && 500)]),
];
const samples = (lines: readonly RecordingLine[]) =>
  lines.filter((line): line is RecordingSample => line.kind === "sample");
const notes = (lines: readonly RecordingLine[]) =>
  lines.flatMap((line) => (line.kind === "note" ? [`${line.t} ${line.note}`] : []));

describe("lines of a history", () => {
  it("are samples at every moment at which the exporter knew the workload", () => {
    const reader = createHistoryReader(1000, 60);
    const lines = reader.lines(stretch(2), [
      gave({ of: "there" }, [{}, [1, 1]]),
      ...server(1, 1),
      gave(
        { of: "figure", figure: "memoryUsedBytes" },
        [{ pid: "7" }, [100, 200]],
        [{ pid: "8" }, [1, 1]],
      ),
      gave({ of: "figure", figure: "cpuSeconds" }, [{ pid: "7" }, [undefined, 3]]),
      gave({ of: "available" }, [{}, [900, undefined]]),
    ]);
    for (const line of lines) assert.deepEqual(lineSchema.parse(line), line);
    const one = { pid: 7, startTime: 500, role: "server" } as const;
    assert.deepEqual(samples(lines), [
      {
        kind: "sample",
        t: 0,
        processes: [{ ...one, memoryUsedBytes: 100 }],
        events: {},
        host: { memoryAvailableBytes: 900 },
      },
      {
        kind: "sample",
        t: 60,
        processes: [{ ...one, memoryUsedBytes: 200, cpuSeconds: 3 }],
        events: {},
      },
    ]);
    assert.ok(!reader.neverSeen().includes("cpuSeconds"));
    assert.ok(reader.neverSeen().includes("gpuMemoryBytes"));
  });

  it("keep gaps as notes, also between stretches, and samples without a process as such", () => {
    const reader = createHistoryReader(1000, 60);
    const there = [1, 0, undefined, undefined, 1, undefined, undefined, 1];
    const answers = [
      gave({ of: "there" }, [{}, there]),
      ...server(1, undefined, undefined, undefined, 1, undefined, undefined, 1),
    ];
    const lines = [...reader.lines(stretch(5), answers), ...reader.lines(stretch(3, 5), answers)];
    assert.deepEqual(
      samples(lines).map(({ t, processes }) => [t, processes.length]),
      [
        [0, 1],
        [60, 0],
        [240, 1],
        [420, 1],
      ],
    );
    assert.deepEqual(notes(lines), ["60 workload_gone", "240 gap", "420 gap"]);
    assert.deepEqual([reader.known(), reader.withProcesses()], [4, 3]);
  });

  it("keep a restart as a note", () => {
    const lines = createHistoryReader(1000, 60).lines(stretch(2), [
      gave({ of: "there" }, [{}, [1, 1]]),
      gave(
        { of: "info" },
        [{ pid: "7", role: "server" }, [1]],
        [{ pid: "9", role: "server" }, [undefined, 1]],
      ),
      gave({ of: "start" }, [{ pid: "7" }, [500]], [{ pid: "9" }, [undefined, 1050]]),
    ]);
    assert.deepEqual(notes(lines), ["60 restart"]);
  });

  it("count events from the beginning of the recording, through restarts of the exporter", () => {
    const lines = createHistoryReader(1000, 60).lines(stretch(4), [
      gave({ of: "there" }, [{}, [1, 1, 1, 1]]),
      gave({ of: "event", event: "oom_kill" }, [{}, [5, 6, 1, 1]]),
      gave({ of: "event", prefix: "swap_" }, [{ event: "max" }, [undefined, 2, 3]]),
    ]);
    assert.deepEqual(
      samples(lines).map(({ events }) => events),
      [
        { oom_kill: 0 },
        { oom_kill: 1, swap_max: 0 },
        { oom_kill: 2, swap_max: 1 },
        { oom_kill: 2, swap_max: 1 },
      ],
    );
  });

  it("say limits when they are first seen and when they change, and which are soft", () => {
    const lines = createHistoryReader(1000, 60).lines(stretch(3), [
      gave({ of: "there" }, [{}, [1, 1, 1]]),
      gave(
        { of: "limit", resource: "memory" },
        [{ pid: "7", source: "cgroup" }, [10, 10, 20]],
        [{ pid: "7", source: "cgroup_high" }, [9, 9, 9]],
      ),
      gave({ of: "limit", resource: "swap" }, [{ pid: "7", source: "host" }, [4, 4, 4]]),
    ]);
    const said = lines.flatMap((line) => (line.kind === "limits" ? [line] : []));
    assert.deepEqual(
      said.map(({ t }) => t),
      [0, 120],
    );
    assert.deepEqual(said[1]?.limits, [
      { pid: 7, resource: "memory", source: "cgroup", scope: "", hard: true, limit: 20 },
      { pid: 7, resource: "memory", source: "cgroup_high", scope: "", hard: false, limit: 9 },
      { pid: 7, resource: "swap", source: "host", scope: "host", hard: false, limit: 4 },
    ]);
  });

  it("leave out what is no process of ours: another role, no start, a pid that is none", () => {
    const lines = createHistoryReader(1000, 60).lines(stretch(1), [
      gave({ of: "there" }, [{}, [1]]),
      gave(
        { of: "info" },
        [{ pid: "7", role: "king" }, [1]],
        [{ pid: "x", role: "job" }, [1]],
        [{ role: "job" }, [1]],
        [{ pid: "8", role: "job" }, [1]],
      ),
      gave({ of: "limit", resource: "cpu" }, [{ source: "host" }, [2]]),
    ]);
    assert.deepEqual(
      lines.map(({ kind }) => kind),
      ["sample"],
    );
    assert.deepEqual(samples(lines)[0]?.processes, []);
  });
});
