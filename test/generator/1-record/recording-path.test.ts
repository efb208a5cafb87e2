import assert from "node:assert/strict";
import { recordingPath } from "../../../src/generator/1-record/recording-path.ts";

describe("where a recording goes", () => {
  it("is told by workload, scenario and time, without a colon or a capital", () => {
    assert.equal(
      recordingPath("recordings", "mlx_lm.server:Qwen", "edge:Long", 1_800_000_000.7),
      "recordings/mlx_lm.server-qwen/edge-long-20270115T080000Z.jsonl",
    );
  });

  it("takes a folder with a slash at its end, and the root", () => {
    assert.match(recordingPath("a/", "w", "idle", 0), /^a\/w\/idle-/);
    assert.match(recordingPath("/", "w", "idle", 0), /^\/\/w\/|^\/w\//);
  });
});
