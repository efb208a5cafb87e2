import assert from "node:assert/strict";
import { createLiveFigures } from "../../../src/generator/1-record/live-figures.ts";
import type { RecordedProcess, RecordingSample } from "../../../src/model/recording.ts";

const mebibyte = 1024 * 1024;
const sample = (t: number, ...processes: readonly Partial<RecordedProcess>[]): RecordingSample => ({
  kind: "sample",
  t,
  processes: processes.map((one, at) => ({ pid: at + 1, startTime: 5, role: "server", ...one })),
});

describe("live figures", () => {
  it("say that it loads while memory moves, and that it is steady once it does not", () => {
    const live = createLiveFigures();
    const memories = [100, 200, 300, 300, 301, 300, 301];
    const shown = memories.map((memory, t) =>
      live.show(sample(t, { memoryUsedBytes: memory * mebibyte }), undefined),
    );
    assert.deepEqual(
      shown.map((text) => text.split(",")[0]),
      ["load", "load", "load", "load", "load", "load", "steady"],
    );
  });

  it("add memory up, keep the largest peak, and make cores of CPU seconds", () => {
    const live = createLiveFigures();
    const two = (cpu: number) =>
      [10, 20].map((size) => ({
        memoryUsedBytes: size * mebibyte,
        memoryPeakBytes: 2 * size * mebibyte,
        gpuMemoryBytes: mebibyte,
        cpuSeconds: cpu,
      }));
    live.show(sample(0, ...two(1)), undefined);
    const text = live.show(sample(2, ...two(2)), undefined);
    assert.equal(
      text,
      "load, 2 processes, memory 30.0 MiB, peak 40.0 MiB, GPU 2.0 MiB, CPU 1.00 cores",
    );
  });

  it("tell what the load does", () => {
    const load = {
      kind: "load",
      t: 1,
      requests: 9,
      errors: 2,
      distinctPrompts: 4,
      latencyP50: 0.5,
    } as const;
    assert.match(
      createLiveFigures().show(sample(1, { memoryUsedBytes: mebibyte }), load),
      /, 9 requests, 2 failed, 4 prompts, 0\.50 s each$/,
    );
  });

  it("say that there is no process, rather than one without memory", () => {
    assert.equal(createLiveFigures().show(sample(1), undefined), "no process");
  });

  it("make no cores of a process that is another under the same pid", () => {
    const live = createLiveFigures();
    live.show(sample(0, { cpuSeconds: 50 }), undefined);
    assert.doesNotMatch(live.show(sample(1, { cpuSeconds: 1, startTime: 9 }), undefined), /CPU/);
  });
});
