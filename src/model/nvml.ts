import type { Figure, Reason } from "./figure.ts";

/** One process in the list of a GPU, or of an instance of one. */
export interface NvmlProcess {
  /** As NVML numbers it: by the PID namespace of who asks. */
  readonly pid: number;
  readonly memoryBytes: Figure;
  /** Share of the last seconds in which kernels of the process ran, 0 to 1. */
  readonly utilizationRatio: Figure;
}

/** What has memory of its own: a GPU, or an instance that MIG cut from one. */
export interface NvmlPart {
  /** Lasting and unique: `GPU-…` or `MIG-…`. */
  readonly uuid: string;
  readonly name: string;
  readonly totalBytes: Figure;
  /** All that is not free, what the driver keeps for itself included. */
  readonly usedBytes: Figure;
  /** What the driver keeps for itself. */
  readonly reservedBytes: Figure;
  readonly processes: readonly NvmlProcess[];
  /** Why its processes are not, or not all, known. */
  readonly processesMissing?: Reason;
}

export interface NvmlDevice extends NvmlPart {
  readonly utilizationRatio: Figure;
  /** Instances that MIG cut from it: then it is they that have processes. */
  readonly instances: readonly NvmlPart[];
}

/** What NVML said at one moment. */
export interface NvmlSample {
  readonly devices: readonly NvmlDevice[];
  /** Why devices would not be talked to, one for each; those kept from this container are none. */
  readonly lost: readonly Reason[];
}

/** Why NVML is not asked. */
export type NvmlOff = "no_driver" | "no_library" | "no_koffi";

/** What came of asking. */
export type NvmlAnswer =
  | { readonly kind: "sampled"; readonly sample: NvmlSample }
  | { readonly kind: "off"; readonly why: NvmlOff; readonly detail: string }
  | { readonly kind: "failed"; readonly reason: Reason; readonly detail: string }
  /** A call hangs in the driver, or did a moment ago. */
  | { readonly kind: "blocked" };

/** NVIDIA's management library, asked elsewhere: its calls can block for ever, and a wedged one cannot be taken back. */
export interface Nvml {
  /** Never rejects. Whoever asks while a question is open shares its answer; it may take many seconds. */
  sample(): Promise<NvmlAnswer>;
  /** Waits for nothing. */
  close(): void;
}
