import assert from "node:assert/strict";
import { phasesOf } from "../../../src/generator/2-profile/phases.ts";
import type { RecordingLine } from "../../../src/model/recording.ts";
import { end, header, sample } from "../../support/recordings.ts";
import { runOf } from "./runs.ts";

const started = 1_794_816_000;

/** Samples of a process that began with the recording. */
function fresh(memory: readonly number[], from = 0): readonly RecordingLine[] {
  return memory.map((memoryUsedBytes, index) =>
    sample(from + index, { startTime: started + from, memoryUsedBytes }),
  );
}
const phases = (...lines: readonly RecordingLine[]) =>
  phasesOf(runOf("a.jsonl", [header({ started }), ...lines, end(10_000)]));
const ramp = (from: number, to: number, n: number) =>
  Array.from({ length: n }, (_, i) => from + ((to - from) * i) / n);
const flat = (level: number, n: number) => new Array<number>(n).fill(level);

describe("phases", () => {
  it("are load until memory is flat, and then steady", () => {
    assert.deepEqual(phases(...fresh([...ramp(10, 1000, 30), ...flat(1000, 100)])), {
      load: [[0, 30]],
      warmup: [],
      steady: [[30, 130]],
      growing: false,
    });
  });

  it("have a warm-up while caches fill: until ten prompts differ and memory has come to its plateau", () => {
    const memory = [
      ...ramp(10, 1000, 30),
      ...flat(1000, 20),
      ...ramp(1000, 3000, 100),
      ...flat(3000, 200),
    ];
    const { load, warmup, steady } = phases(...fresh(memory));
    assert.deepEqual(load, [[0, 30]]);
    assert.deepEqual(warmup, [[30, 149]], "to 1 % below the plateau");
    assert.deepEqual(steady, [[149, 350]]);
    const asked = (t: number, distinctPrompts: number): RecordingLine => ({
      kind: "load",
      t,
      requests: 50,
      errors: 0,
      distinctPrompts,
    });
    const later = phases(...fresh(memory), asked(100, 9), asked(200, 10));
    assert.deepEqual(later.steady, [[200, 350]]);
  });

  it("have no load where the model was loaded before the recording began", () => {
    const noisy = Array.from({ length: 200 }, (_, t) => 1000 + (t % 40) * 8);
    const old = noisy.map((memoryUsedBytes, t) =>
      sample(t, { startTime: started - 86_400, memoryUsedBytes }),
    );
    assert.deepEqual(phases(...old).load, []);
  });

  it("end the load with the first request", () => {
    const { load } = phases(
      { kind: "note", t: 5, note: "load_started" },
      ...fresh([...ramp(10, 1000, 30), ...flat(1000, 100)]),
    );
    assert.deepEqual(load, [[0, 5]]);
  });

  it("begin anew with each life of the workload", () => {
    const life = [...ramp(10, 1000, 20), ...flat(1000, 40)];
    const { load, steady } = phases(
      ...fresh(life),
      { kind: "sample", t: 70, processes: [] },
      ...fresh(life, 80),
    );
    assert.deepEqual(load, [
      [0, 20],
      [60, 80],
    ]);
    assert.deepEqual(steady, [
      [20, 60],
      [80, 120],
    ]);
  });

  it("say that memory is growing while it does, and not when it goes up and down", () => {
    assert.equal(phases(...fresh(ramp(1000, 2000, 300))).growing, true);
    const sawtooth = Array.from({ length: 400 }, (_, t) => 1000 + (t % 37) * 10);
    assert.equal(phases(...fresh(sawtooth)).growing, false);
  });

  it("leave everything to the load of a recording that ends while it loads", () => {
    const { load, steady } = phases(...fresh(ramp(10, 1000, 8)));
    assert.deepEqual([load, steady], [[[0, 8]], []]);
  });
});
