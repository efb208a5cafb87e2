import assert from "node:assert/strict";
import { limitsOf } from "../../../src/exporter/3-limits/limits.ts";
import type { Inputs } from "../../../src/exporter/3-limits/source-row.ts";
import type { DmemLevel } from "../../../src/model/cgroup-reading.ts";
import { known, missing, type Figure } from "../../../src/model/figure.ts";
import type { DarwinHost, GpuReading, GpuUse } from "../../../src/model/reading.ts";

const gib = 1024 ** 3;

function use(gpu: string, besides: Partial<GpuUse> = {}): GpuUse {
  return {
    gpu,
    part: "device",
    memoryBytes: known(3 * gib),
    utilizationRatio: known(0),
    totalBytes: known(24 * gib),
    usedBytes: known(4 * gib),
    ...besides,
  };
}

/** Every figure but those of GPUs is unlimited. */
function judged(
  gpu: GpuReading | undefined,
  identity: Inputs["identity"] = {},
  dmem?: readonly DmemLevel[],
  darwin?: Partial<DarwinHost>,
) {
  const nothing = new Proxy(
    {},
    {
      get: (_, key): Figure | Partial<DarwinHost> | undefined =>
        key === "darwin" ? darwin : missing("unlimited"),
    },
  );
  const process = {
    usage: nothing,
    rlimits: nothing,
    allocator: nothing,
    cgroup: {
      memory: [],
      cpu: [],
      pids: [],
      cpuset: [],
      missing: {},
      unavailable: [],
      oomFiles: [],
      dmem,
    },
    gpu,
  };
  const rates = { process: known(0), host: known(0), level: () => known(0) };
  const { limits, unavailable } = limitsOf({
    process,
    identity,
    host: nothing,
    rates,
  } as unknown as Inputs);
  return {
    limits: limits
      .filter(({ resource }) => resource === "gpu_memory")
      .map(({ source, gpu: of, scope, headroom, binding }) => [
        source,
        of,
        scope,
        headroom,
        binding,
      ]),
    absent: unavailable
      .filter(({ field }) => field.startsWith("gpu_memory"))
      .map(({ field, reason }) => `${field} ${reason}`),
  };
}

const alone: GpuReading = { uses: [use("GPU-1")] };
const mps = (mpsMemoryLimit: string) => judged(alone, { mpsMemoryLimit });

describe("limits on GPU memory", () => {
  it("are none, and nothing is said of them, where there is no GPU or the process uses none", () => {
    assert.deepEqual(judged(undefined), { limits: [], absent: [] });
    assert.deepEqual(judged({ uses: [] }), { limits: [], absent: [] });
  });

  it("have a reason where nobody knows what the process uses", () => {
    assert.deepEqual(judged({ uses: [], missing: "error" }).absent, [
      "gpu_memory_limit/device error",
    ]);
  });

  it("hold an MPS client to its own memory, which binds when that leaves less than the GPU has", () => {
    assert.deepEqual(mps("0=4G").limits, [
      ["device", "GPU-1", "GPU-1", 20 * gib, false],
      ["mps", "GPU-1", "process", gib, true],
    ]);
  });

  it("know an MPS limit only where its number can mean no other GPU", () => {
    const two: GpuReading = { uses: [use("GPU-1"), use("GPU-2")] };
    const unclear = ["gpu_memory_limit/mps unsupported"];
    assert.deepEqual(judged(two, { mpsMemoryLimit: "0=4G" }).absent, unclear);
    assert.deepEqual(mps("0=4G,1=5G").absent, unclear);
    assert.deepEqual(
      judged(two, { mpsMemoryLimit: "0=4G,1=4096M" }).limits.filter(([source]) => source === "mps"),
      [
        ["mps", "GPU-1", "process", gib, true],
        ["mps", "GPU-2", "process", gib, false],
      ],
    );
  });

  it("tell an MPS limit that makes no sense, or may not be read, from none", () => {
    assert.deepEqual(mps("all of it").absent, ["gpu_memory_limit/mps error"]);
    assert.deepEqual(judged(alone, { environmentMissing: "forbidden" }).absent, [
      "gpu_memory_limit/mps forbidden",
    ]);
    assert.deepEqual(judged(alone).absent, ["gpu_memory_limit/mps unlimited"]);
  });

  it("come from the dmem level with least left, for each region by itself, innermost on a tie", () => {
    const level = (scope: string, a: Figure, b: Figure): DmemLevel => ({
      scope,
      regions: [
        { region: "vram0", max: a, current: known(3) },
        { region: "vram1", max: b, current: known(4) },
      ],
    });
    const dmem = [
      level("/a/b", known(9), missing("unlimited")),
      level("/a", known(8), known(50)),
      level("/", known(8), known(50)),
    ];
    assert.deepEqual(judged({ uses: [] }, {}, dmem).limits, [
      ["dmem", "vram0", "/a", 5, true],
      ["dmem", "vram1", "/a", 46, false],
    ]);
    const free = [level("/a", missing("unlimited"), missing("unlimited"))];
    assert.deepEqual(judged({ uses: [] }, {}, free).absent, ["gpu_memory_limit/dmem unlimited"]);
  });

  it("say once of a process what is true of two of its GPUs", () => {
    const uses = ["GPU-1", "GPU-2"].map((gpu) => use(gpu, { totalBytes: missing("unsupported") }));
    assert.deepEqual(judged({ uses }).absent, [
      "gpu_memory_limit/device unsupported",
      "gpu_memory_limit/mps unlimited",
    ]);
  });

  describe("on a Mac", () => {
    const metal = { uses: [use("AGX", { part: "metal", totalBytes: missing("unsupported") })] };
    const mac = (wired: Figure, recommended: Figure) =>
      judged(metal, {}, undefined, {
        wiredBytes: known(20 * gib),
        wiredLimitBytes: wired,
        workingSetBytes: recommended,
        mlxGraphicsBytes: known(12 * gib),
      });

    it("compare what all MLX processes hold with Metal's recommendation, which never binds", () => {
      assert.deepEqual(mac(missing("unlimited"), known(16 * gib)).limits, [
        ["working_set", "AGX", "host", 4 * gib, false],
      ]);
    });

    it("take the wired limit for that recommendation where somebody set it", () => {
      assert.deepEqual(mac(known(14 * gib), known(16 * gib)).limits, [
        ["working_set", "AGX", "host", 2 * gib, false],
      ]);
    });

    it("are absent, not zero, where neither is known", () => {
      const { limits, absent } = mac(missing("unlimited"), missing("not_measured"));
      assert.deepEqual(limits, []);
      assert.ok(absent.includes("gpu_memory_limit/working_set not_measured"));
    });
  });
});
