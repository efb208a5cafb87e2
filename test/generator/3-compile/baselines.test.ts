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
    assert.equal(recorded["mlx:baseline_peak cpu"], 2);
    assert.equal(recorded["mlx:baseline_p95 cpu"], undefined);
  });

  it("keep the default thresholds for grades A and B and double them for C", () => {
    for (const grade of ["A", "B"]) {
      const recorded = values({ grade });
      assert.equal(recorded["mlx:threshold_headroom_ratio memory warning"], 0.15);
      assert.equal(recorded["mlx:threshold_headroom_ratio memory critical"], 0.05);
    }
    const doubled = values({ grade: "C" });
    assert.equal(doubled["mlx:threshold_headroom_ratio memory warning"], 0.3);
    assert.equal(doubled["mlx:threshold_headroom_ratio memory critical"], 0.1);
    assert.equal(doubled["mlx:threshold_headroom_ratio open_fds warning"], 0.4);
    assert.equal(doubled["mlx:threshold_headroom_ratio threads critical"], 0.1);
  });

  it("are ten constants at most, all of one workload", () => {
    const { constants } = compileBaselines(profile(), "chat");
    assert.equal(constants.length, 10);
    assert.deepEqual(new Set(constants.map(({ labels }) => labels["workload"])), new Set(["chat"]));
  });

  it("leave what was not recorded to the default", () => {
    const scenario = { runs: 1, n: 5, resources: { memory: { max: 5 } } };
    const recorded = values({ figures: { per: "process", scenarios: { peak: scenario } } });
    assert.deepEqual(Object.keys(recorded), [
      "mlx:baseline_recorded_timestamp_seconds",
      "mlx:baseline_peak memory",
      "mlx:threshold_headroom_ratio memory warning",
      "mlx:threshold_headroom_ratio memory critical",
    ]);
  });

  it("explain every number", () => {
    const whys = compileBaselines(profile({ grade: "C" }), "chat").constants.map(({ why }) => why);
    assert.equal(whys[0], "recorded 2026-11-02");
    assert.equal(whys[1], "largest max of average, edge:long: that of edge:long");
    assert.equal(whys[2], "p95 of average");
    assert.equal(whys[4], "default 0.15 × margin 2 of grade C");
  });
});
