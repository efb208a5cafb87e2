import assert from "node:assert/strict";
import fc from "fast-check";
import { constants } from "../../../src/catalog/alerts.ts";
import { compileBaselines } from "../../../src/generator/3-compile/baselines.ts";
import { compile } from "../../../src/generator/3-compile/compile.ts";
import { compileLimits } from "../../../src/generator/3-compile/limits.ts";
import { limitsNeeded } from "../../../src/generator/3-compile/limits-needed.ts";
import type { LimitName } from "../../../src/model/limit-plan.ts";
import { defaultPolicy, type Policy } from "../../../src/model/policy.ts";
import type { Profile } from "../../../src/model/profile.ts";
import { exampleFiles, profile } from "../profile-document.ts";

const MiB = 1024 ** 2;
const nothing = { thresholds: {}, alerts: {}, limits: {} };
const policyWith = (own: object, all: object = {}): Policy => ({
  ...defaultPolicy,
  ...all,
  workloads: { chat: { ...nothing, ...own } },
});

function settings(recorded: Profile, policy: Policy = defaultPolicy) {
  const { settings: all } = compileLimits(recorded, "chat", policy);
  return new Map(all.map((setting) => [setting.name, setting]));
}

function values(recorded: Profile, policy?: Policy): Readonly<Record<string, number>> {
  return Object.fromEntries(
    [...settings(recorded, policy)].map(([name, { value }]) => [name, value]),
  );
}

const ofResources = (resources: object, more: object = {}) =>
  profile({
    figures: { per: "process", scenarios: { peak: { runs: 2, n: 60, resources } } },
    ...more,
  });

describe("limits", () => {
  it("are what was recorded, its margin, and what is to be left, in steps", () => {
    assert.deepEqual(values(profile()), {
      // 9,000,000,000 B × 1.1, and that ÷ 0.85.
      memory_high: 148 * 64 * MiB,
      memory_max: 175 * 64 * MiB,
      swap_max: 0,
      cpu_request: 1.7,
      cpu_max: 2.2,
      tasks_max: 128,
      files_max: 1024,
      mlx_memory: 148 * 64 * MiB,
      mlx_wired: 148 * 64 * MiB,
    });
  });

  it("follow the grade: C has more room above the peak, and more must be left", () => {
    const max = (grade: string) => values(profile({ grade }))["memory_max"];
    assert.deepEqual(
      ["A", "B", "C"].map((grade) => Number(max(grade)) / 64 / MiB),
      [166, 175, 231],
    );
  });

  it("leave the recorded peak silent and are no wider than MlxLimitFarAboveBaseline allows", () => {
    const bytes = fc.integer({ min: 1, max: 2 ** 41 });
    fc.assert(
      fc.property(
        fc.constantFrom("A", "B", "C"),
        bytes,
        fc.integer({ min: 1, max: 100_000 }),
        fc.integer({ min: 1, max: 100_000 }),
        fc.double({ min: 0.01, max: 0.4, noNaN: true }),
        fc.boolean(),
        (grade, memory, threads, files, warning, chosen) => {
          const recorded = ofResources(
            { memory: { max: memory }, threads: { max: threads }, open_fds: { max: files } },
            { grade },
          );
          const thresholds = { ...defaultPolicy.thresholds, memory: { warning, critical: 0.01 } };
          const policy = chosen ? { ...defaultPolicy, thresholds } : defaultPolicy;
          const { memory_high, memory_max, tasks_max, files_max } = values(recorded, policy);
          const named = policyWith({ limits: { memory: memory_max } }, policy);
          assert.deepEqual(
            limitsNeeded([recorded], { ...named, thresholds: policy.thresholds }),
            [],
          );
          const left = (limit: number | undefined, usage: number) => 1 - usage / Number(limit);
          assert.ok(left(tasks_max, threads) > 0.1 && left(files_max, files) > 0.2);
          // MlxUsageAboveBaseline comes before the kernel slows anything down, and that before it kills.
          const usage = compileBaselines(recorded, "chat", policy).constants.find(
            ({ record, labels }) =>
              record === constants.usageThreshold && labels["resource"] === "memory",
          );
          assert.ok(Number(usage?.value) < Number(memory_high), "usage < high");
          assert.ok(Number(memory_high) < Number(memory_max), "high < max");
          if (!chosen) assert.ok(Number(memory_max) <= 2 * memory + 2 * 64 * MiB, "not far above");
        },
      ),
    );
  });

  it("lie above what an alert compares with, never at it", () => {
    const policy = policyWith({ thresholds: { memory: { usage: 1, warning: 0.5 } } });
    const { memory_high, memory_max } = values(ofResources({ memory: { max: 640 * MiB } }), policy);
    assert.deepEqual([memory_high, memory_max], [704 * MiB, 1472 * MiB]);
  });

  it("come into force by stages: nothing, what slows down or asks, everything", () => {
    const recorded = ofResources({
      memory: { max: 9e9 },
      cpu: { max: 2 },
      threads: { max: 20 },
      open_fds: { max: 20 },
      allocator_cache: { max: 1e9 },
    });
    const inForce = (rollout: string): readonly LimitName[] =>
      [...settings(recorded, policyWith({ rollout })).values()]
        .filter((setting) => setting.inForce)
        .map(({ name }) => name);
    assert.deepEqual(inForce("observe"), []);
    assert.deepEqual(inForce("soft"), ["memory_high", "cpu_request", "mlx_memory", "mlx_cache"]);
    assert.equal(inForce("hard").length, 10);
    const all = { ...defaultPolicy, rollout: "hard" } as const;
    assert.equal(compileLimits(recorded, "chat", all).restarts, true);
    assert.equal(
      compileLimits(recorded, "chat", policyWith({ rollout: "soft" }, all)).restarts,
      false,
    );
  });

  it("are the policy's where it names one, and slow nothing down at or above it", () => {
    const named = (memory: number) => settings(profile(), policyWith({ limits: { memory } }));
    const wide = named(20e9);
    assert.equal(wide.get("memory_max")?.value, 20e9);
    assert.match(wide.get("memory_max")?.why ?? "", /as the policy names it$/);
    assert.ok(wide.has("memory_high"));
    assert.equal(named(148 * 64 * MiB).has("memory_high"), false);
    const unknown = ofResources({ cpu: { max: 1 } });
    assert.equal(values(unknown, policyWith({ limits: { memory: 5 } }))["memory_max"], 5);
    assert.equal(values(unknown)["memory_max"], undefined);
  });

  it("take the policy's margin, and give no hard limit where all of it would have to be left", () => {
    const doubled = policyWith({ thresholds: { memory: { usage: 2 } } });
    assert.equal(values(profile(), doubled)["memory_high"], 269 * 64 * MiB);
    assert.match(
      settings(profile(), doubled).get("memory_high")?.why ?? "",
      /× margin 2 of the policy/,
    );
    const half = { ...defaultPolicy, thresholds: { memory: { warning: 0.5 } } };
    const { memory_high, memory_max } = values(profile({ grade: "C" }), half);
    assert.deepEqual([typeof memory_high, memory_max], ["number", undefined]);
  });

  it("tell MLX what its allocator held, else the memory on the GPU, else all memory", () => {
    const of = (names: readonly string[]) => {
      const resources = Object.fromEntries(
        names.map((name, index) => [name, { max: 2 ** (30 + index) }]),
      );
      const { mlx_memory, mlx_cache, mlx_wired } = values(ofResources(resources));
      assert.equal(mlx_memory, mlx_wired);
      return [mlx_memory, mlx_cache].map((bytes) => bytes && bytes / 64 / MiB);
    };
    assert.deepEqual(of(["memory"]), [18, undefined]);
    assert.deepEqual(of(["memory", "gpu_memory"]), [36, undefined]);
    assert.deepEqual(of(["memory", "gpu_memory", "allocator_peak", "allocator_cache"]), [71, 141]);
    assert.deepEqual(of(["threads"]), [undefined, undefined]);
  });

  it("say how each number came about, and what is doubtful about it", () => {
    const why = (recorded: Profile, name: LimitName) => settings(recorded).get(name)?.why;
    assert.equal(
      why(profile(), "memory_max"),
      "max 8.4 GiB (9000000000 B) of edge:long (1 run, 60 samples) × margin 1.1 of grade B, up to the next 64 MiB, ÷ (1 − 0.15) for what MlxHeadroomLow wants left, up to the next 64 MiB",
    );
    assert.equal(
      why(profile(), "files_max"),
      "max 40 of average (2 runs, 600 samples) × margin 1.1 of grade B, ÷ (1 − 0.2) for what MlxHeadroomLow wants left, up to a power of two, 1024 at least",
    );
    assert.match(why(profile(), "cpu_max") ?? "", /^max 2 cores of average /);
    const small = profile({ host: { memoryBytes: 8 * 1024 ** 3 } });
    assert.match(why(small, "memory_max") ?? "", /so there it limits nothing$/);
    const cutOff = ofResources({ memory: { max: 9e9, n: 7, censored: { limit: 9e9 } } });
    assert.match(
      why(cutOff, "memory_high") ?? "",
      /\(2 runs, 7 samples, cut off there: the true peak/,
    );
  });

  it("say whose they are in single lines, whatever the owner is called", () => {
    const recorded = profile({ labels: { host_class: "m2" } });
    const { about } = compileLimits(recorded, "chat-m2", policyWith({ owner: "a\u2028b" }));
    assert.deepEqual(about.slice(0, 2), [
      "Limits of the workload chat on hosts of host_class m2: grade B, recorded 2026-11-02.",
      "Its owner is a b.",
    ]);
    const other = compileLimits(profile(), "chat", { ...defaultPolicy, owner: "all" });
    assert.equal(other.about[1], "Its owner is all.");
  });

  it("are made for every workload with a profile where they are asked for, in a tree alone", () => {
    const profiles = exampleFiles.map((file) => file.profile);
    const made = (layout: "tree" | "pack", limits = true) =>
      compile(profiles, { version: "0", layout, limits }).limits;
    assert.deepEqual(
      made("tree").map(({ slug, nvidia }) => [slug, nvidia]),
      [
        ["chat", false],
        ["coder", true],
        ["nightly-summaries", false],
      ],
    );
    assert.deepEqual(made("pack"), []);
    assert.deepEqual(made("tree", false), []);
  });
});
