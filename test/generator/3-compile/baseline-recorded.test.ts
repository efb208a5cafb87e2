import assert from "node:assert/strict";
import {
  recordedConstant,
  recordedWith,
} from "../../../src/generator/3-compile/baseline-recorded.ts";
import { profile } from "../profile-document.ts";

describe("when a baseline was recorded", () => {
  it("is a constant in seconds since 1970, with its grade", () => {
    const { record, labels, value } = recordedConstant(profile());
    assert.equal(record, "mlx:baseline_recorded_timestamp_seconds");
    assert.equal(value, 1_793_577_600);
    assert.equal(new Date(value * 1000).toISOString(), "2026-11-02T00:00:00.000Z");
    assert.deepEqual(labels, { workload: "chat", grade: "B", model: "", mlx_version: "" });
  });

  it("names the model and the MLX that were recorded, where the profile does", () => {
    const workload = "chat";
    assert.deepEqual(recordedWith({ workload }), { model: "", mlx_version: "" });
    assert.deepEqual(
      recordedWith({ workload, model: { name: "Qwen3-32B" }, versions: { mlx: "0.32.0" } }),
      { model: "Qwen3-32B", mlx_version: "0.32.0" },
    );
    assert.deepEqual(recordedWith({ workload, versions: {} }), { model: "", mlx_version: "" });
  });
});
