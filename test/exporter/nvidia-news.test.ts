import assert from "node:assert/strict";
import { nvidiaNews } from "../../src/exporter/nvidia-news.ts";
import type { NvmlAnswer } from "../../src/model/nvml.ts";

describe("news of NVIDIA's library in the log", () => {
  const off = (why: "no_driver" | "no_library" | "no_koffi"): NvmlAnswer => ({
    kind: "off",
    why,
    detail: "because",
  });

  it("are no warning where there is no driver, nor where GPUs are read", () => {
    assert.equal(nvidiaNews(off("no_driver")).level, "info");
    assert.deepEqual(nvidiaNews({ kind: "sampled", sample: { devices: [], lost: [] } }), {
      level: "info",
      sentence: "NVIDIA GPUs are read",
      facts: { gpus: 0 },
    });
  });

  it("warn of what a person can mend, with what is known of it", () => {
    const failed: NvmlAnswer = { kind: "failed", reason: "error", detail: "because" };
    for (const answer of [off("no_library"), off("no_koffi"), failed]) {
      const { level, facts } = nvidiaNews(answer);
      assert.deepEqual([level, facts], ["warn", { detail: "because" }]);
    }
    assert.equal(nvidiaNews({ kind: "blocked" }).level, "warn");
    assert.match(nvidiaNews(off("no_koffi")).sentence, /koffi/);
  });
});
