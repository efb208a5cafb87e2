import assert from "node:assert/strict";
import fc from "fast-check";
import { checkDocument } from "../../../src/config/document.ts";
import { profileOf } from "../../../src/generator/2-profile/profile-of.ts";
import {
  explainProfile,
  profileArtifacts,
  type ProfileRun,
} from "../../../src/generator/profiling.ts";
import { profileSchema, type Profile } from "../../../src/model/profile.ts";
import type { RecordingLine } from "../../../src/model/recording.ts";
import { assertGolden } from "../../support/golden.ts";
import {
  end,
  header,
  madeRecording,
  memorySamples,
  process,
  sample,
} from "../../support/recordings.ts";
import { runOf, wholeSet } from "./runs.ts";

const mebibyte = 2 ** 20;

/** A profile of runs that certainly hold something. */
function profiled(...runs: readonly ProfileRun[]) {
  const baseline = profileOf("chat", runs);
  assert.ok(baseline !== undefined);
  return baseline;
}

function scenario(profile: Profile, name: string) {
  const found = profile.figures.scenarios[name];
  assert.ok(found !== undefined, name);
  return found;
}

/** One run of `average` with these lines after its header. */
function average(name: string, lines: readonly RecordingLine[], changes = {}): ProfileRun {
  return runOf(name, [header({ ...changes }), ...lines, end(1000)]);
}

describe("a profile of recordings", () => {
  it("is the golden, byte for byte, and compile takes it", () => {
    const [file] = profileArtifacts(profiled(...wholeSet), "0.1.0");
    assertGolden("profiles/chat.yaml", file?.text ?? "");
    const read = checkDocument("chat.yaml", file?.text ?? "", profileSchema);
    assert.deepEqual(read, profiled(...wholeSet).profile);
  });

  it("says how each number came to be, as the golden has it", () => {
    assertGolden("profiles/explain-memory.txt", explainProfile(profiled(...wholeSet), "memory"));
  });

  it("is the same for recordings in any order", () => {
    const [expected] = profileArtifacts(profiled(...wholeSet), "0.1.0");
    fc.assert(
      fc.property(fc.shuffledSubarray([...wholeSet], { minLength: wholeSet.length }), (runs) => {
        const [file] = profileArtifacts(profiled(...runs), "0.1.0");
        assert.equal(file?.text, expected?.text);
      }),
      { numRuns: 20 },
    );
  });

  it("has no lower memory peak for a recording more", () => {
    const series = fc.array(fc.integer({ min: 1, max: 1_000_000 }), {
      minLength: 1,
      maxLength: 40,
    });
    const kernel = fc.option(fc.integer({ min: 1, max: 1_000_000 }), { nil: undefined });
    const run = fc.tuple(series, kernel, fc.integer({ min: 0, max: 1000 }));
    fc.assert(
      fc.property(fc.array(run, { minLength: 1, maxLength: 5 }), run, (before, more) => {
        const runs = [...before, more].map(([bytes, memoryPeakBytes, started], index) =>
          average(
            `${index}.jsonl`,
            bytes.map((memoryUsedBytes, t) =>
              sample(t, {
                memoryUsedBytes,
                ...(memoryPeakBytes !== undefined && { memoryPeakBytes }),
              }),
            ),
            { started },
          ),
        );
        const peak = (some: readonly ProfileRun[]) =>
          scenario(profiled(...some).profile, "average").resources.memory?.max ?? 0;
        assert.ok(peak(runs) >= peak(runs.slice(0, -1)));
        const highest = Math.max(
          ...[...before, more].flatMap(([bytes, mark]) => [...bytes, mark ?? 0]),
        );
        assert.equal(peak(runs), highest);
      }),
      { numRuns: 200 },
    );
  });

  it("never pools scenarios", () => {
    const { profile } = profiled(
      runOf("a.jsonl", [header({ scenario: "idle" }), ...memorySamples([10, 10]), end(2)]),
      runOf("b.jsonl", [header({ scenario: "peak" }), ...memorySamples([90, 90]), end(2)]),
    );
    assert.equal(scenario(profile, "idle").resources.memory?.max, 10);
    assert.equal(scenario(profile, "peak").resources.memory?.min, 90);
  });

  it("is of processes: of several each sample takes the largest, and never the sum", () => {
    const both = (t: number, a: number, b: number): RecordingLine => ({
      kind: "sample",
      t,
      processes: [
        process({ pid: 1, memoryUsedBytes: a, threads: 3 }),
        process({ pid: 2, memoryUsedBytes: b, threads: 9 }),
      ],
    });
    const { resources } = scenario(
      profiled(average("a.jsonl", [both(0, 5, 7), both(1, 8, 2)])).profile,
      "average",
    );
    assert.equal(resources.memory?.max, 8);
    assert.equal(resources.threads?.max, 9);
  });

  it("counts CPU in cores, between one sample of a process and the next, never over a gap or a restart", () => {
    const at = (t: number, cpuSeconds: number, pid = 1) => sample(t, { pid, cpuSeconds });
    const { cpu } = scenario(
      profiled(
        average("a.jsonl", [
          at(0, 100),
          at(1, 102.5),
          at(3, 103.5),
          at(60, 400),
          at(61, 0.5, 2),
          at(62, 1, 2),
        ]),
      ).profile,
      "average",
    ).resources;
    assert.deepEqual([cpu?.n, cpu?.min, cpu?.max], [3, 0.5, 2.5]);
  });

  it("keeps both the largest sample and the kernel's mark, and says when the mark is older than the recording", () => {
    const run = average("a.jsonl", [
      sample(0, { memoryUsedBytes: 50, memoryPeakBytes: 90 }),
      sample(1, { memoryUsedBytes: 60, memoryPeakBytes: 90 }),
    ]);
    const { memory } = scenario(profiled(run).profile, "average").resources;
    assert.deepEqual(
      [memory?.max, memory?.sampledMax, memory?.kernelPeak, memory?.kernelPeakOlder],
      [90, 60, 90, true],
    );
    const rising = average("a.jsonl", [
      sample(0, { memoryUsedBytes: 50, memoryPeakBytes: 60 }),
      sample(1, { memoryUsedBytes: 60, memoryPeakBytes: 90 }),
    ]);
    assert.equal(
      scenario(profiled(rising).profile, "average").resources.memory?.kernelPeakOlder,
      undefined,
    );
  });

  const limits = (
    limit: number,
    source = "cgroup",
    resource = "memory",
    hard = true,
  ): RecordingLine => ({
    kind: "limits",
    t: 0,
    limits: [{ pid: 4242, resource, source, scope: "/a", hard, limit }],
  });
  const censored = (...lines: readonly RecordingLine[]) =>
    scenario(profiled(average("a.jsonl", lines)).profile, "average").resources.memory?.censored;

  it("marks a peak at 98 % of a hard limit as cut off, and none below", () => {
    const mark = { limit: 1000, source: "cgroup", scope: "/a" };
    assert.deepEqual(censored(limits(1000), ...memorySamples([980])), mark);
    assert.equal(censored(limits(1000), ...memorySamples([979])), undefined);
    assert.equal(
      censored(limits(1000, "cgroup", "memory", false), ...memorySamples([999])),
      undefined,
    );
    assert.deepEqual(
      censored(limits(1000), sample(0, { memoryUsedBytes: 1, memoryPeakBytes: 990 })),
      mark,
    );
  });

  it("compares each limit with what it is of: the working set of its cgroup, the address space, the machine", () => {
    const low = process({ memoryUsedBytes: 100, virtualBytes: 995 });
    const with_ = (more: object): RecordingLine => ({
      kind: "sample",
      t: 0,
      processes: [low],
      ...more,
    });
    assert.ok(censored(limits(1000, "rlimit_as"), with_({})));
    assert.ok(censored(limits(1000), with_({ cgroups: [{ scope: "/a", workingSetBytes: 990 }] })));
    assert.equal(
      censored(
        limits(1000),
        with_({ cgroups: [{ scope: "/a", usageBytes: 1000, workingSetBytes: 300 }] }),
      ),
      undefined,
      "file cache is given back",
    );
    assert.ok(censored(limits(1000, "host"), with_({ host: { memoryAvailableBytes: 10 } })));
    assert.equal(
      censored(limits(1000, "host"), with_({ host: { memoryAvailableBytes: 500 } })),
      undefined,
    );
  });

  it("marks a peak that ended with a kill", () => {
    const killed: RecordingLine = {
      kind: "sample",
      t: 1,
      processes: [process({ memoryUsedBytes: 5 })],
      events: { oom_kill: 1, max: 7 },
    };
    assert.deepEqual(censored(killed), { event: "oom_kill", count: 1 });
  });

  it("has grade A for three runs and 299 independent samples under load, B or C for less, and says why", () => {
    const run = (seed: number, samples: number) =>
      runOf(`${seed}.jsonl`, madeRecording({ seed, samples, scenario: "peak" }));
    const [a, b, c] = [
      profiled(run(1, 4000), run(2, 4000), run(3, 4000)),
      profiled(run(1, 400), run(2, 400)),
      profiled(run(1, 400)),
    ].map(({ profile }) => `${profile.grade} ${profile.why ?? ""}`);
    assert.match(a ?? "", /^A peak: 3 runs and \d{3} independent samples of memory$/);
    assert.match(
      b ?? "",
      /^B peak: 2 runs and \d\d independent samples of memory; A takes 3 and 299$/,
    );
    assert.match(
      c ?? "",
      /^C peak: 1 run and \d\d independent samples of memory; B takes 2 or 59$/,
    );
    const idle = profiled(
      runOf("i.jsonl", madeRecording({ seed: 1, samples: 400, scenario: "idle" })),
    );
    assert.equal(idle.profile.why, "no scenario under load was recorded");
  });

  it("has grade C where recordings are of two models or machines, and keeps what each says", () => {
    const other = { model: { name: "another" } };
    const { profile } = profiled(
      average("a.jsonl", memorySamples([5])),
      average("b.jsonl", memorySamples([6]), other),
    );
    assert.equal(profile.grade, "C");
    assert.match(profile.why ?? "", /recordings differ in model/);
    assert.deepEqual(profile.mixed, { model: ["Qwen2.5-14B-Instruct-4bit", "another"] });
  });

  it("has grade C for memory that was still growing", () => {
    const leak = Array.from({ length: 400 }, (_, t) => 100 * mebibyte + t * mebibyte);
    const { why, grade } = profiled(average("a.jsonl", memorySamples(leak))).profile;
    assert.equal(grade, "C");
    assert.match(why ?? "", /still growing/);
  });

  it("adds up memory from its parts, and names the parts nobody saw", () => {
    const { components } = profiled(...wholeSet).profile;
    assert.ok(components !== undefined);
    assert.equal(components.modelFiles?.bytes, 8_300_000_000);
    assert.ok((components.framework?.bytes ?? 0) > 0);
    assert.ok((components.weights?.bytes ?? 0) > 0);
    assert.deepEqual(components.unknown, ["cacheCap"]);
    const capped = average("a.jsonl", memorySamples([5]), { caps: { promptCacheBytes: 4e9 } });
    assert.equal(profiled(capped).profile.components?.cacheCap?.bytes, 4e9);
  });
});
