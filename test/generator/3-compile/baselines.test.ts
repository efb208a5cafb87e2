import assert from "node:assert/strict";
import { compileBaselines } from "../../../src/generator/3-compile/baselines.ts";
import { profile } from "../profile-document.ts";

/** Constants as "metric resource severity" → value. */
function values(changes: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, number>> {
  const { constants } = compileBaselines(profile(changes), "chat");
  return Object.fromEntries(
    constants.map(({ record, labels, value }) => [
      [record, labels["resource"], labels["severity"]].filter(Boolean).join(" "),
      value,
    ]),
  );
}

describe("baselines", () => {
  it("record the largest max of all scenarios, and of memory the p95 of the average one", () => {
    const recorded = values();
    assert.equal(recorded["mlx:baseline_peak memory"], 9_000_000_000);
    assert.equal(recorded["mlx:baseline_p95 memory"], 7_000_000_000);
    assert.equal(recorded["mlx:baseline_peak cpu"], undefined, "nothing joins it");
    assert.equal(recorded["mlx:baseline_p95 cpu"], undefined, "nothing draws it");
  });

  it("allow usage up to the recorded peak and a margin of the grade, CPU up to its 95th percentile", () => {
    const margins = { A: 1.05, B: 1.1, C: 1.2 };
    for (const [grade, margin] of Object.entries(margins)) {
      const recorded = values({ grade });
      assert.equal(recorded["mlx:threshold_usage memory"], 9_000_000_000 * margin);
      // Of edge:long only the max is known, and it is larger than the p95 of average.
      assert.equal(recorded["mlx:threshold_usage cpu"], Number((1.5 * margin).toPrecision(12)));
      assert.equal(recorded["mlx:threshold_usage gpu_memory"], undefined);
    }
  });

  it("leave the default thresholds to grades A and B and double the warnings of memory for C", () => {
    const own = (grade: string) =>
      Object.entries(values({ grade })).filter(([name]) => name.includes("headroom"));
    assert.deepEqual(own("A"), []);
    assert.deepEqual(own("B"), []);
    assert.deepEqual(own("C"), [["mlx:threshold_headroom_ratio memory warning", 0.3]]);
  });

  it("are so few that ten are not exceeded with what a policy decides, all of one workload", () => {
    const figures = { p95: 1, max: 2 };
    const resources = {
      memory: figures,
      cpu: figures,
      gpu_memory: figures,
      open_fds: figures,
      threads: figures,
    };
    const scenario = { runs: 1, n: 60, resources };
    const everything = profile({
      grade: "C",
      figures: { per: "process", scenarios: { average: scenario, peak: scenario } },
    });
    const { constants } = compileBaselines(everything, "chat");
    const others = constants.filter(
      ({ record }) => record !== "mlx:baseline_recorded_timestamp_seconds",
    );
    assert.equal(others.length, 8);
    assert.deepEqual(new Set(constants.map(({ labels }) => labels["workload"])), new Set(["chat"]));
  });

  it("leave what was not recorded to the default", () => {
    const scenario = { runs: 1, n: 5, resources: { memory: { max: 5 } } };
    const recorded = values({ figures: { per: "process", scenarios: { peak: scenario } } });
    assert.deepEqual(Object.keys(recorded), [
      "mlx:baseline_recorded_timestamp_seconds",
      "mlx:baseline_peak memory",
      "mlx:threshold_usage memory",
    ]);
  });

  it("explain every number", () => {
    const whys = compileBaselines(profile({ grade: "C" }), "chat").constants.map(({ why }) => why);
    assert.equal(whys[0], "recorded 2026-11-02");
    assert.equal(whys[1], "largest max of average, edge:long: that of edge:long");
    assert.equal(whys[2], "p95 of average");
    assert.deepEqual(whys.slice(3), [
      "max of edge:long × margin 1.2 of grade C",
      "max of edge:long × margin 1.2 of grade C",
      "default 0.15 × margin 2 of grade C",
    ]);
  });
});
