import type { Figure, Reason } from "../model/figure.ts";
import { missing } from "../model/figure.ts";

/** nvmlReturn_t, as far as anybody here asks. */
export const nvmlCodes = {
  success: 0,
  uninitialized: 1,
  notSupported: 3,
  noPermission: 4,
  notFound: 6,
  insufficientSize: 7,
  driverNotLoaded: 9,
  libraryNotFound: 12,
  functionNotFound: 13,
  argumentVersionMismatch: 25,
} as const;

/**
 * Every function of NVML that is called and the types of its arguments, once. A device is a pointer that nobody looks
 * into: a number as wide. All of them return nvmlReturn_t.
 */
export const nvmlSignatures = {
  nvmlInit_v2: [],
  nvmlDeviceGetCount_v2: ["void *"],
  nvmlDeviceGetHandleByIndex_v2: ["uint32_t", "void *"],
  nvmlDeviceGetName: ["uint64_t", "void *", "uint32_t"],
  nvmlDeviceGetUUID: ["uint64_t", "void *", "uint32_t"],
  nvmlDeviceGetMemoryInfo_v2: ["uint64_t", "void *"],
  nvmlDeviceGetMemoryInfo: ["uint64_t", "void *"],
  nvmlDeviceGetUtilizationRates: ["uint64_t", "void *"],
  nvmlDeviceGetComputeRunningProcesses_v3: ["uint64_t", "void *", "void *"],
  nvmlDeviceGetComputeRunningProcesses_v2: ["uint64_t", "void *", "void *"],
  nvmlDeviceGetComputeRunningProcesses: ["uint64_t", "void *", "void *"],
  nvmlDeviceGetGraphicsRunningProcesses_v3: ["uint64_t", "void *", "void *"],
  nvmlDeviceGetGraphicsRunningProcesses_v2: ["uint64_t", "void *", "void *"],
  nvmlDeviceGetGraphicsRunningProcesses: ["uint64_t", "void *", "void *"],
  nvmlDeviceGetMPSComputeRunningProcesses_v3: ["uint64_t", "void *", "void *"],
  nvmlDeviceGetMPSComputeRunningProcesses_v2: ["uint64_t", "void *", "void *"],
  nvmlDeviceGetMPSComputeRunningProcesses: ["uint64_t", "void *", "void *"],
  nvmlDeviceGetProcessUtilization: ["uint64_t", "void *", "void *", "uint64_t"],
  nvmlDeviceGetMigMode: ["uint64_t", "void *", "void *"],
  nvmlDeviceGetMaxMigDeviceCount: ["uint64_t", "void *"],
  nvmlDeviceGetMigDeviceHandleByIndex: ["uint64_t", "uint32_t", "void *"],
  nvmlDeviceGetGpuInstanceId: ["uint64_t", "void *"],
} as const;

export type NvmlFunction = keyof typeof nvmlSignatures;

/** Calls a function of NVML and gives its return code; `functionNotFound` where this library has no such function. */
export type CallNvml = (
  name: NvmlFunction,
  ...args: readonly (Buffer | number | bigint)[]
) => number;

/** Why a call gave nothing, in the words of a figure. */
export function reasonOfNvml(code: number): Reason {
  switch (code) {
    case nvmlCodes.notSupported:
    case nvmlCodes.functionNotFound:
    case nvmlCodes.argumentVersionMismatch:
      return "unsupported";
    case nvmlCodes.noPermission:
      return "forbidden";
    default:
      return "error";
  }
}

export function missingByNvml(code: number): Figure {
  return missing(reasonOfNvml(code));
}
