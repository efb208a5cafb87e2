import assert from "node:assert/strict";
import {
  darwinGpu,
  darwinHostGpus,
  sumOfGraphics,
} from "../../../src/exporter/2-collect/darwin-gpu.ts";
import { known, missing, type Figure } from "../../../src/model/figure.ts";
import type { GpuUse } from "../../../src/model/reading.ts";

const found = {
  name: "AGXAcceleratorG16G",
  model: "Apple M4",
  utilizationRatio: 0.17,
  inUseBytes: 9,
};
const table = { accelerator: { value: { found } }, gpuClients: { value: [] } } as const;
const process = { pid: 42, startTime: 1000 };
const book = (seconds?: number) => ({ seconds: () => seconds });
const failed = { missing: "error", detail: "it hangs" } as const;
const use = (memoryBytes: Figure, seconds: Figure): GpuUse => ({
  gpu: "AGXAcceleratorG16G",
  part: "metal",
  memoryBytes,
  seconds,
  utilizationRatio: missing("unsupported"),
  totalBytes: missing("unsupported"),
  usedBytes: known(9),
});

describe("darwin-gpu", () => {
  it("gives a process that was connected to the GPU its time, and its memory where that is known", () => {
    assert.deepEqual(darwinGpu(table, process, known(5), book(1.5)), {
      uses: [use(known(5), known(1.5))],
    });
    assert.deepEqual(darwinGpu(table, process, missing("forbidden"), book(0)), {
      uses: [use(missing("forbidden"), known(0))],
    });
  });

  it("gives a process with memory of it and no connection 0 seconds, and one with neither no use", () => {
    assert.deepEqual(darwinGpu(table, process, known(5), book()), {
      uses: [use(known(5), known(0))],
    });
    for (const graphics of [known(0), missing("forbidden")])
      assert.deepEqual(darwinGpu(table, process, graphics, book()), { uses: [] });
  });

  it("knows no GPU time where the driver keeps none, and none where nobody could be asked", () => {
    const old = { ...table, gpuClients: { value: [{ id: "0x1", pid: 42 }] } };
    assert.deepEqual(darwinGpu(old, process, known(5), book()), {
      uses: [use(known(5), missing("unsupported"))],
    });
    const unasked = { ...table, gpuClients: failed };
    assert.deepEqual(darwinGpu(unasked, process, known(5), book(3)), {
      uses: [use(known(5), missing("error"))],
    });
    assert.deepEqual(darwinGpu(unasked, process, known(0), book()), { uses: [], missing: "error" });
  });

  it("says why it knows nothing of the GPU, and nothing of a machine without one", () => {
    const unknown = { ...table, accelerator: failed };
    assert.deepEqual(darwinGpu(unknown, process, known(5), book(1)), {
      uses: [],
      missing: "error",
    });
    assert.equal(darwinHostGpus(unknown), undefined);
    const none = { ...table, accelerator: { value: { found: undefined } } };
    assert.equal(darwinGpu(none, process, known(5), book(1)), undefined);
    assert.equal(darwinHostGpus(none), undefined);
  });

  it("has one GPU for the host, without memory of its own", () => {
    assert.deepEqual(darwinHostGpus(table), [
      {
        uuid: "AGXAcceleratorG16G",
        name: "Apple M4",
        memoryTotalBytes: missing("unsupported"),
        memoryUsedBytes: known(9),
        memoryUnattributedBytes: missing("unsupported"),
        utilizationRatio: known(0.17),
        instances: [],
      },
    ]);
  });

  it("does not take a GPU without statistics, as in a virtual machine, for an idle one", () => {
    const bare = { value: { found: { name: "AppleParavirtGPU", model: "AppleParavirtGPU" } } };
    const [gpu] = darwinHostGpus({ ...table, accelerator: bare }) ?? [];
    assert.deepEqual(gpu?.utilizationRatio, missing("unsupported"));
    assert.deepEqual(gpu.memoryUsedBytes, missing("unsupported"));
  });

  it("adds up GPU memory of all processes, and knows no sum when it does not know one of them", () => {
    const five = darwinGpu(table, process, known(5), book(1));
    const none = darwinGpu(table, process, known(0), book());
    const secret = darwinGpu(table, process, missing("forbidden"), book(1));
    assert.deepEqual(sumOfGraphics([five, none, five], true), known(10));
    assert.deepEqual(sumOfGraphics([], true), known(0));
    assert.deepEqual(sumOfGraphics([five, secret], true), missing("forbidden"));
    assert.deepEqual(sumOfGraphics([five, undefined], true), missing("unsupported"));
    assert.deepEqual(sumOfGraphics([undefined], false), missing("not_measured"));
  });
});
