import type { NvmlAnswer, NvmlDevice, NvmlPart } from "../../model/nvml.ts";
import { known, missing, type Figure, type Reason } from "../../model/figure.ts";
import type { GpuReading, GpuUse, HostGpu } from "../../model/reading.ts";

/** What may be believed of the pids that NVML gives. */
export interface PidSight {
  /** Whether the processes that are watched go by the same numbers as we do. */
  readonly ours: boolean;
  /** Whether those are the machine's own numbers: in a container drivers were seen to mix both. */
  readonly machines: boolean;
}

/** What one sample says of the machine and of each process. */
export interface GpusRead {
  /** Undefined where there is no GPU, or nothing that could tell. */
  readonly gpus: readonly HostGpu[] | undefined;
  of(pid: number): GpuReading | undefined;
  readonly success: boolean;
}

/** Makes readings of what NVML answered. Pure. */
export function readGpus(answer: NvmlAnswer, sight: PidSight): GpusRead {
  if (answer.kind === "off")
    return { gpus: undefined, of: () => undefined, success: answer.why === "no_driver" };
  if (answer.kind !== "sampled") {
    const reason = answer.kind === "failed" ? answer.reason : "error";
    return { gpus: undefined, of: () => ({ uses: [], missing: reason }), success: false };
  }
  const { devices, lost } = answer.sample;
  const success = !lost.includes("error") && !devices.some(failed);
  if (devices.length === 0) return { gpus: undefined, of: () => undefined, success };
  const uses = usesByPid(devices, sight);
  const incomplete = sight.ours ? whyIncomplete(devices, lost) : "unsupported";
  return {
    gpus: devices.map(hostGpu),
    of: (pid) => ({
      uses: sight.ours ? (uses.get(pid) ?? []) : [],
      ...(incomplete !== undefined && { missing: incomplete }),
    }),
    success,
  };
}

function failed({ totalBytes, usedBytes, processesMissing }: NvmlPart): boolean {
  return [totalBytes, usedBytes].some(isError) || processesMissing === "error";
}

function isError(figure: Figure): boolean {
  return "missing" in figure && figure.missing === "error";
}

/** Every part that lists processes: a GPU, or its instances where MIG has cut it. */
function partsOf(device: NvmlDevice): readonly NvmlPart[] {
  return device.instances.length > 0 ? device.instances : [device];
}

/** Why a process that no list names may be on a GPU all the same. */
function whyIncomplete(
  devices: readonly NvmlDevice[],
  lost: readonly Reason[],
): Reason | undefined {
  return (
    lost[0] ??
    devices.flatMap(partsOf).find((part) => part.processesMissing !== undefined)?.processesMissing
  );
}

function usesByPid(
  devices: readonly NvmlDevice[],
  sight: PidSight,
): ReadonlyMap<number, readonly GpuUse[]> {
  const uses = new Map<number, GpuUse[]>();
  for (const device of devices) {
    for (const part of partsOf(device)) {
      for (const { pid, memoryBytes, utilizationRatio } of part.processes) {
        const use: GpuUse = {
          gpu: part.uuid,
          part: part === device ? "device" : "mig",
          memoryBytes,
          utilizationRatio: sight.machines ? utilizationRatio : missing("unsupported"),
          totalBytes: part.totalBytes,
          usedBytes: part.usedBytes,
        };
        uses.set(pid, [...(uses.get(pid) ?? []), use]);
      }
    }
  }
  return uses;
}

function hostGpu(device: NvmlDevice): HostGpu {
  const { uuid, name, totalBytes, usedBytes, utilizationRatio, instances } = device;
  return {
    uuid,
    name,
    memoryTotalBytes: totalBytes,
    memoryUsedBytes: usedBytes,
    memoryUnattributedBytes: unattributed(device),
    utilizationRatio,
    instances: instances.map((part) => ({ uuid: part.uuid, name: part.name })),
  };
}

/**
 * What is used and in no process's name. CUDA's managed memory is, and MLX allocates that; so is what belongs to
 * processes that NVML does not show us. The figures are of two moments, so the remainder never goes below 0.
 */
function unattributed(device: NvmlDevice): Figure {
  if (!("value" in device.usedBytes)) return device.usedBytes;
  let rest = device.usedBytes.value;
  // Older drivers do not tell what they keep: it is then in the remainder.
  if ("value" in device.reservedBytes) rest -= device.reservedBytes.value;
  for (const part of partsOf(device)) {
    if (part.processesMissing !== undefined) return missing(part.processesMissing);
    for (const { memoryBytes } of part.processes) {
      if (!("value" in memoryBytes)) return memoryBytes;
      rest -= memoryBytes.value;
    }
  }
  return known(Math.max(0, rest));
}
