import assert from "node:assert/strict";
import { commandsFor } from "../../../src/generator/3-compile/document-commands.ts";
import { gapsOf } from "../../../src/generator/3-compile/document-gaps.ts";
import { raisingOf } from "../../../src/generator/3-compile/document-raising.ts";
import { defaultPolicy } from "../../../src/model/policy.ts";
import { profile } from "../profile-document.ts";

const memory = { p95: 3e9, max: 4e9 };
const of = (scenarios: object, more: object = {}) =>
  profile({ figures: { per: "process", scenarios }, ...more });

describe("what would raise a grade", () => {
  it("is nothing for an A", () => {
    assert.deepEqual(raisingOf(profile({ grade: "A" })), []);
  });

  it("is for a B what each scenario under load lacks of three runs and 299 samples", () => {
    const recorded = of({
      idle: { runs: 1, n: 10, resources: { memory } },
      average: { runs: 3, n: 900, nEff: 299, resources: { memory } },
      peak: { runs: 1, n: 600, nEff: 97.4, resources: { memory } },
    });
    assert.deepEqual(raisingOf(recorded), [
      "Record peak 2 times more: A takes 3 runs.",
      "Record peak for longer: its samples count for 97 independent ones, and A takes 299.",
    ]);
  });

  it("is for a C one of two, a wider limit, recordings of one kind, and a load at all", () => {
    const cut = { ...memory, censored: { limit: 4e9, source: "cgroup", scope: "/a" } };
    const recorded = of(
      {
        average: { runs: 2, n: 10, resources: { memory } },
        peak: { runs: 1, n: 600, resources: { memory: cut } },
      },
      { grade: "C", mixed: { model: ["a", "b"] } },
    );
    assert.deepEqual(raisingOf(recorded), [
      "Keep recordings of one kind: these differ in model.",
      "Record peak anew under a wider limit: its peak of memory was cut off.",
      "Record peak once more, or for longer: B takes 2 runs or 59 independent samples.",
    ]);
    const idle = of({ idle: { runs: 1, n: 10, resources: { memory } } }, { grade: "C" });
    assert.deepEqual(raisingOf(idle), ["Record a scenario under load: average, and peak."]);
  });
});

describe("the gaps of a baseline", () => {
  const gaps = (recorded: ReturnType<typeof profile>, limit?: number) =>
    gapsOf(recorded, {
      ...defaultPolicy,
      workloads: {
        chat: { thresholds: {}, alerts: {}, limits: limit === undefined ? {} : { memory: limit } },
      },
    });

  it("are none where everything was recorded", () => {
    const all = {
      memory: { ...memory, kernelPeak: 4e9 },
      cpu: { p95: 1, max: 2 },
      threads: { max: 3 },
      open_fds: { max: 4 },
      gpu_memory: memory,
      allocator_peak: { max: 5 },
      allocator_cache: { max: 6 },
    };
    const scenario = { runs: 3, n: 900, resources: all };
    const recording = { file: "a", scenario: "peak", started: "s", seconds: 1, samples: 1 };
    const whole = of(
      { import: scenario, idle: scenario, average: scenario, peak: scenario },
      {
        model: { name: "m" },
        versions: { mlx: "0.30" },
        host: { memoryBytes: 1 },
        recordings: [{ ...recording, complete: true }],
      },
    );
    assert.deepEqual(gaps(whole), []);
  });

  it("name what was not recorded, and what follows", () => {
    const told = gaps(
      of(
        { peak: { runs: 1, n: 9, resources: { memory: { max: 4e9 } } } },
        { host: { gpus: ["RTX"] }, components: { unknown: ["weights"] } },
      ),
    );
    for (const line of [
      "The scenario import was not recorded: what MLX takes without a model is not known apart from the weights.",
      "The scenario average was not recorded: there is no p95 of a usual day, and no band on the dashboard.",
      "Not measured: CPU; no recording knows it.",
      "Not measured: GPU memory; no recording knows it, although the machine has RTX.",
      "No p95 of memory in peak: it takes 59 independent samples.",
      "The profile does not name the model or the version of MLX: MlxBaselineMismatch cannot tell when it is another.",
      "Of what memory is made of these are not known: weights.",
    ])
      assert.ok(told.includes(line), `${line}\n${told.join("\n")}`);
    assert.ok(!told.some((line) => line.startsWith("The scenario peak")));
  });

  it("begin with the limit that would be needed", () => {
    const [first] = gaps(profile(), 9_500_000_000);
    assert.equal(
      first,
      "The limit of 8.8 GiB (9500000000 B) of memory that the policy names is too low for the recorded peak, which raises MlxHeadroomLow: 9.9 GiB (10588235295 B) are needed.",
    );
    assert.doesNotMatch(gaps(profile(), 20_000_000_000)[0] ?? "", /too low/);
  });
});

describe("the commands of a baseline", () => {
  it("record each scenario as long as it was, under a load where there was one, or from history", () => {
    const scenario = { runs: 1, n: 9, resources: { memory } };
    const load = { requests: 10, errors: 0 };
    const recording = (name: string, seconds: number, source?: string) => ({
      file: "f",
      scenario: name,
      started: "s",
      seconds,
      samples: 1,
      complete: true,
      ...(source !== undefined && { source }),
    });
    const recorded = of(
      { idle: scenario, average: scenario, peak: { ...scenario, load } },
      {
        recordings: [
          recording("average", 14 * 86_400, "prometheus"),
          recording("peak", 1700, "live"),
          recording("peak", 600, "live"),
        ],
      },
    );
    assert.deepEqual(commandsFor(recorded), [
      "mlx-headroom record chat --scenario idle",
      "mlx-headroom record chat --scenario average --from-prometheus http://127.0.0.1:9090 --range 336h",
      "mlx-headroom record chat --scenario peak --load openai --duration 29m",
      "mlx-headroom profile chat",
    ]);
  });
});
