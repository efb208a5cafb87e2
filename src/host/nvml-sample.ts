import type { NvmlDevice, NvmlPart, NvmlSample } from "../model/nvml.ts";
import { known, missing, type Figure, type Reason } from "../model/figure.ts";
import { missingByNvml, nvmlCodes, reasonOfNvml, type CallNvml } from "./nvml-calls.ts";
import {
  asProcesses,
  listProcesses,
  readProcessUtilization,
  type ProcessList,
} from "./nvml-processes.ts";
import { readMemoryV1, readMemoryV2, readText, type MemoryRead } from "./nvml-structs.ts";

/** Takes samples, and remembers from one to the next only up to when utilisation was read. */
export interface NvmlSampler {
  /** The sample, or the code that says why there is none. */
  sample(): NvmlSample | number;
}

/** Enough for `NVIDIA A100-SXM4-80GB MIG 1g.10gb+me` and for every UUID. */
const textBytes = 96;
/** More than one machine holds; a number beyond it is not believed. */
const mostDevices = 256;

export function createNvmlSampler(call: CallNvml): NvmlSampler {
  const lastSeen = new Map<string, bigint>();

  function device(handle: bigint): NvmlDevice {
    const uuid = textOf(call, "nvmlDeviceGetUUID", handle);
    const head = { uuid, name: textOf(call, "nvmlDeviceGetName", handle), ...memory(call, handle) };
    const list = listProcesses(call, handle);
    const utilizationRatio = utilization(call, handle);
    if (hasMig(call, handle)) {
      const instances = migHandles(call, handle).map((each) => instance(call, each, list));
      return { ...head, utilizationRatio, processes: [], instances };
    }
    const busy = readProcessUtilization(call, handle, lastSeen.get(uuid));
    lastSeen.set(uuid, busy.lastSeen);
    return {
      ...head,
      utilizationRatio,
      ...processesOf(list, (pid) => busy.of(pid)),
      instances: [],
    };
  }

  return {
    sample() {
      const count = u32(call, "nvmlDeviceGetCount_v2");
      if ("code" in count) return count.code;
      const devices: NvmlDevice[] = [];
      const lost: Reason[] = [];
      for (let index = 0; index < Math.min(count.value, mostDevices); index++) {
        const handle = handleOf(call, "nvmlDeviceGetHandleByIndex_v2", index);
        if ("code" in handle) {
          // A device that is kept from this container is none of ours.
          if (handle.code !== nvmlCodes.noPermission) lost.push(reasonOfNvml(handle.code));
        } else devices.push(device(handle.value));
      }
      return { devices, lost };
    },
  };
}

function instance(call: CallNvml, handle: bigint, ofDevice: ProcessList): NvmlPart {
  const own = listProcesses(call, handle);
  return {
    uuid: textOf(call, "nvmlDeviceGetUUID", handle),
    name: textOf(call, "nvmlDeviceGetName", handle),
    ...memory(call, handle),
    // Utilisation of processes is not kept under MIG.
    ...processesOf(
      own.missing === undefined ? own : fromDevice(call, handle, ofDevice, own.missing),
      () => missing("unsupported"),
    ),
  };
}

/** Where an instance does not list its processes, the list of the whole device says which instance each is in. */
function fromDevice(
  call: CallNvml,
  handle: bigint,
  ofDevice: ProcessList,
  why: Reason,
): ProcessList {
  const id = u32(call, "nvmlDeviceGetGpuInstanceId", handle);
  if ("code" in id || ofDevice.missing !== undefined) return { rows: [], missing: why };
  return { rows: ofDevice.rows.filter(({ gpuInstance }) => gpuInstance === id.value) };
}

function processesOf(list: ProcessList, busy: (pid: number) => Figure) {
  return {
    processes: asProcesses(list.rows, busy),
    ...(list.missing !== undefined && { processesMissing: list.missing }),
  };
}

function memory(call: CallNvml, handle: bigint): MemoryRead {
  const v2 = Buffer.alloc(40);
  // NVML_STRUCT_VERSION(Memory, 2): the size, and the version above it.
  v2.writeUInt32LE(v2.length | (2 << 24));
  const code = call("nvmlDeviceGetMemoryInfo_v2", handle, v2);
  if (code === nvmlCodes.success) return readMemoryV2(v2);
  const v1 = Buffer.alloc(24);
  const isOld = code === nvmlCodes.functionNotFound || code === nvmlCodes.argumentVersionMismatch;
  const older = isOld ? call("nvmlDeviceGetMemoryInfo", handle, v1) : code;
  if (older === nvmlCodes.success) return readMemoryV1(v1);
  const none = missingByNvml(older);
  return { totalBytes: none, reservedBytes: none, usedBytes: none };
}

/** The share of the last sample period in which any kernel ran. */
function utilization(call: CallNvml, handle: bigint): Figure {
  const rates = Buffer.alloc(8);
  const code = call("nvmlDeviceGetUtilizationRates", handle, rates);
  if (code !== nvmlCodes.success) return missingByNvml(code);
  const percent = rates.readUInt32LE();
  return percent <= 100 ? known(percent / 100) : missing("error");
}

function hasMig(call: CallNvml, handle: bigint): boolean {
  const current = Buffer.alloc(4);
  return (
    call("nvmlDeviceGetMigMode", handle, current, Buffer.alloc(4)) === nvmlCodes.success &&
    current.readUInt32LE() === 1
  );
}

function migHandles(call: CallNvml, handle: bigint): readonly bigint[] {
  const most = u32(call, "nvmlDeviceGetMaxMigDeviceCount", handle);
  const count = "code" in most ? 0 : Math.min(most.value, mostDevices);
  return Array.from({ length: count }, (_, index) =>
    handleOf(call, "nvmlDeviceGetMigDeviceHandleByIndex", handle, index),
  ).flatMap((found) => ("code" in found ? [] : [found.value]));
}

type Found<T> = { readonly value: T } | { readonly code: number };

function u32(
  call: CallNvml,
  name: "nvmlDeviceGetCount_v2" | "nvmlDeviceGetMaxMigDeviceCount" | "nvmlDeviceGetGpuInstanceId",
  ...args: readonly bigint[]
): Found<number> {
  const out = Buffer.alloc(4);
  const code = call(name, ...args, out);
  return code === nvmlCodes.success ? { value: out.readUInt32LE() } : { code };
}

function handleOf(
  call: CallNvml,
  name: "nvmlDeviceGetHandleByIndex_v2" | "nvmlDeviceGetMigDeviceHandleByIndex",
  ...args: readonly (bigint | number)[]
): Found<bigint> {
  const out = Buffer.alloc(8);
  const code = call(name, ...args, out);
  return code === nvmlCodes.success ? { value: out.readBigUInt64LE() } : { code };
}

function textOf(
  call: CallNvml,
  name: "nvmlDeviceGetName" | "nvmlDeviceGetUUID",
  handle: bigint,
): string {
  const out = Buffer.alloc(textBytes);
  return call(name, handle, out, textBytes) === nvmlCodes.success ? readText(out) : "";
}
