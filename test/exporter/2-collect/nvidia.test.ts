import assert from "node:assert/strict";
import fc from "fast-check";
import { readGpus, type PidSight } from "../../../src/exporter/2-collect/nvidia.ts";
import type { NvmlAnswer, NvmlDevice, NvmlPart } from "../../../src/model/nvml.ts";
import { known, missing, valueOf } from "../../../src/model/figure.ts";

const gib = 1024 ** 3;
const sight: PidSight = { ours: true, machines: true };

/** 80 GiB, one of which the driver keeps, 50 in use with it; process 7 holds 30. */
const device: NvmlDevice = {
  uuid: "GPU-1",
  name: "Stand-in H100",
  totalBytes: known(80 * gib),
  usedBytes: known(50 * gib),
  reservedBytes: known(gib),
  utilizationRatio: known(0.5),
  processes: [{ pid: 7, memoryBytes: known(30 * gib), utilizationRatio: known(0.4) }],
  instances: [],
};

const instance: NvmlPart = {
  uuid: "MIG-a",
  name: "Stand-in MIG",
  totalBytes: known(20 * gib),
  usedBytes: known(12 * gib),
  reservedBytes: known(0),
  processes: [{ pid: 7, memoryBytes: known(11 * gib), utilizationRatio: missing("unsupported") }],
};

function sampled(...devices: readonly NvmlDevice[]): NvmlAnswer {
  return { kind: "sampled", sample: { devices, lost: [] } };
}

describe("readings of NVIDIA GPUs", () => {
  it("give a process what it has on each GPU, beside what there is, and another nothing", () => {
    const other = { ...device, uuid: "GPU-2" };
    const read = readGpus(sampled(device, other), sight);
    assert.deepEqual(
      read
        .of(7)
        ?.uses.map(({ gpu, part, memoryBytes, totalBytes, usedBytes }) => [
          gpu,
          part,
          memoryBytes,
          totalBytes,
          usedBytes,
        ]),
      ["GPU-1", "GPU-2"].map((gpu) => [
        gpu,
        "device",
        known(30 * gib),
        known(80 * gib),
        known(50 * gib),
      ]),
    );
    assert.deepEqual(read.of(8), { uses: [] }, "known to use none");
    assert.equal(read.success, true);
  });

  it("leave unattributed what is used, not the driver's, and in no process's name", () => {
    assert.deepEqual(
      readGpus(sampled(device), sight).gpus?.[0]?.memoryUnattributedBytes,
      known(19 * gib),
    );
  });

  it("never say that less than nothing is unattributed, though processes and device are read at two moments", () => {
    const amount = fc.nat({ max: 2 ** 40 });
    fc.assert(
      fc.property(amount, amount, fc.array(amount), (used, reserved, held) => {
        const processes = held.map((bytes, pid) => ({
          pid,
          memoryBytes: known(bytes),
          utilizationRatio: known(0),
        }));
        const read = readGpus(
          sampled({ ...device, usedBytes: known(used), reservedBytes: known(reserved), processes }),
          sight,
        );
        const rest = valueOf(read.gpus?.[0]?.memoryUnattributedBytes ?? missing("error")) ?? NaN;
        const sum = held.reduce((total, bytes) => total + bytes, reserved);
        assert.equal(rest, Math.max(0, used - sum));
      }),
    );
  });

  it("do not know the remainder where any part of the sum is unknown", () => {
    const [process] = device.processes;
    assert.ok(process !== undefined);
    const untold = { ...process, memoryBytes: missing("unsupported") };
    const devices: readonly (readonly [NvmlDevice, string])[] = [
      [{ ...device, usedBytes: missing("unsupported") }, "unsupported"],
      [{ ...device, processesMissing: "forbidden" }, "forbidden"],
      [{ ...device, processes: [untold] }, "unsupported"],
    ];
    for (const [each, reason] of devices) {
      const remainder = readGpus(sampled(each), sight).gpus?.[0]?.memoryUnattributedBytes;
      assert.deepEqual(remainder, { missing: reason });
    }
  });

  it("put processes on MIG instances, whose memory is then what bounds them", () => {
    const cut = { ...device, processes: [], instances: [instance] };
    const read = readGpus(sampled(cut), sight);
    const [use] = read.of(7)?.uses ?? [];
    assert.deepEqual([use?.gpu, use?.part, use?.totalBytes], ["MIG-a", "mig", known(20 * gib)]);
    assert.deepEqual(read.gpus?.[0]?.instances, [{ uuid: "MIG-a", name: "Stand-in MIG" }]);
    assert.deepEqual(read.gpus[0].memoryUnattributedBytes, known(38 * gib));
  });

  it("never say that a process has nothing where a list of processes is missing", () => {
    const refused: NvmlDevice = {
      ...device,
      uuid: "GPU-2",
      processes: [],
      processesMissing: "forbidden",
    };
    const read = readGpus(sampled(device, refused), sight);
    assert.deepEqual([read.of(7)?.uses.length, read.of(7)?.missing], [1, "forbidden"]);
    assert.deepEqual(read.of(8), { uses: [], missing: "forbidden" });
    const lost = readGpus(
      { kind: "sampled", sample: { devices: [device], lost: ["error"] } },
      sight,
    );
    assert.deepEqual(lost.of(8), { uses: [], missing: "error" });
    assert.equal(lost.success, false);
  });

  it("join no pid of another namespace, and believe no utilisation in a container", () => {
    const foreign = readGpus(sampled(device), { ours: false, machines: false });
    assert.deepEqual(foreign.of(7), { uses: [], missing: "unsupported" });
    assert.deepEqual(foreign.gpus?.[0]?.memoryUsedBytes, known(50 * gib));
    const contained = readGpus(sampled(device), { ours: true, machines: false });
    assert.deepEqual(contained.of(7)?.uses[0]?.memoryBytes, known(30 * gib));
    assert.deepEqual(contained.of(7)?.uses[0]?.utilizationRatio, missing("unsupported"));
  });

  it("say nothing of GPUs where there is none, and why where they cannot be read", () => {
    const off = (why: "no_driver" | "no_library" | "no_koffi") =>
      readGpus({ kind: "off", why, detail: "" }, sight);
    assert.deepEqual([off("no_driver").of(7), off("no_driver").success], [undefined, true]);
    assert.deepEqual([off("no_library").of(7), off("no_library").success], [undefined, false]);
    assert.deepEqual([off("no_koffi").of(7), off("no_koffi").success], [undefined, false]);
    assert.equal(readGpus(sampled(), sight).of(7), undefined);
    const blocked = readGpus({ kind: "blocked" }, sight);
    assert.deepEqual([blocked.of(7), blocked.success], [{ uses: [], missing: "error" }, false]);
    const forbidden = readGpus({ kind: "failed", reason: "forbidden", detail: "" }, sight);
    assert.deepEqual(forbidden.of(7), { uses: [], missing: "forbidden" });
  });
});
