import assert from "node:assert/strict";
import { gpuLimits } from "../../../src/generator/3-compile/limits-gpu.ts";
import { compileLimits } from "../../../src/generator/3-compile/limits.ts";
import { recordedOn } from "../../../src/generator/3-compile/recorded-on.ts";
import { defaultPolicy } from "../../../src/model/policy.ts";
import { profile } from "../profile-document.ts";

const GiB = 1024 ** 3;
const onCard = (host: object | undefined, more: object = {}) =>
  profile({
    host,
    figures: {
      per: "process",
      scenarios: { peak: { runs: 2, n: 60, resources: { gpu_memory: { max: 16 * GiB } } } },
    },
    ...more,
  });
const values = (...given: Parameters<typeof gpuLimits>) =>
  gpuLimits(...given).map(({ name, value }) => [name, value]);

describe("limits of a card", () => {
  it("are one card, and of its memory the peak, its margin, and what is to be left", () => {
    const recorded = onCard({ gpus: ["NVIDIA L4"] });
    // 16 GiB × 1.1 up to the next 64 MiB, ÷ 0.95.
    assert.deepEqual(values(recorded, defaultPolicy), [
      ["gpu_count", 1],
      ["gpu_memory_max", 18_560 * 1024 ** 2 + 448 * 1024 ** 2],
    ]);
    const [card, memory] = gpuLimits(recorded, defaultPolicy);
    assert.match(card?.why ?? "", /recorded on a host with NVIDIA L4$/);
    assert.match(memory?.why ?? "", /÷ \(1 − 0\.05\) for what MlxHeadroomLow wants left/);
  });

  it("are the policy's memory where it names it, and none where all of it would have to be left", () => {
    const recorded = onCard({ os: "Debian" });
    const nothing = { thresholds: {}, alerts: {} };
    const workloads = { chat: { ...nothing, limits: { gpu_memory: 5 * GiB } } };
    assert.deepEqual(values(recorded, { ...defaultPolicy, workloads })[1], [
      "gpu_memory_max",
      5 * GiB,
    ]);
    const thresholds = { gpu_memory: { warning: 0.5 } };
    const weak = onCard({ os: "Debian" }, { grade: "C" });
    assert.deepEqual(values(weak, { ...defaultPolicy, thresholds }), [["gpu_count", 1]]);
  });

  it("are of NVIDIA alone: not of a Mac, of an unknown machine, or without memory of a card", () => {
    const none = [
      onCard({ os: "macOS 15.7" }),
      onCard({ os: "Mac OS X 10.15" }),
      onCard({ gpus: ["Apple M2 Max"] }),
      onCard(undefined),
      onCard({ cpu: "x" }),
      profile({ host: { os: "Debian" } }),
    ];
    for (const recorded of none) {
      assert.deepEqual(values(recorded, defaultPolicy), []);
      assert.equal(compileLimits(recorded, "chat", defaultPolicy).nvidia, false);
    }
    const hosts = none.map(recordedOn);
    assert.deepEqual(hosts, ["macos", "macos", "macos", undefined, undefined, "linux"]);
  });

  it("leave no limit of wired memory, which is Metal's", () => {
    const named = (host: object | undefined) =>
      compileLimits(onCard(host), "chat", defaultPolicy).settings.map(({ name }) => name);
    assert.deepEqual(named({ os: "Debian" }), ["gpu_count", "gpu_memory_max", "mlx_memory"]);
    assert.deepEqual(named({ os: "macOS 15" }), ["mlx_memory", "mlx_wired"]);
  });
});
