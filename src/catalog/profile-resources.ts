import type { Resource } from "../model/limit.ts";

/** One resource of a profile: what it is called, and what its figures mean. */
interface ProfileResourceRow {
  readonly title: string;
  readonly unit: "bytes" | "cores" | "count";
  /**
   * Whether what is used while a model loads counts for the maximum. Memory that a load needs is needed at every start;
   * CPU is only slower where there is less, so a start says nothing about an ordinary hour.
   */
  readonly loadCounts: boolean;
  /** The resource whose hard limits it stays below. */
  readonly limitedAs?: Resource;
}

/** Every resource a profile has figures of, in the order they are written. */
export const profileResources = {
  memory: { title: "memory", unit: "bytes", loadCounts: true, limitedAs: "memory" },
  rss: { title: "resident memory", unit: "bytes", loadCounts: true, limitedAs: "memory" },
  swap: { title: "swap", unit: "bytes", loadCounts: true, limitedAs: "swap" },
  gpu_memory: { title: "GPU memory", unit: "bytes", loadCounts: true, limitedAs: "gpu_memory" },
  allocator_active: { title: "MLX allocator, active", unit: "bytes", loadCounts: true },
  allocator_cache: { title: "MLX allocator, cache", unit: "bytes", loadCounts: true },
  allocator_peak: { title: "MLX allocator, peak", unit: "bytes", loadCounts: true },
  cpu: { title: "CPU", unit: "cores", loadCounts: false, limitedAs: "cpu" },
  threads: { title: "threads", unit: "count", loadCounts: true, limitedAs: "threads" },
  open_fds: { title: "open descriptors", unit: "count", loadCounts: true, limitedAs: "open_fds" },
} as const satisfies Readonly<Record<string, ProfileResourceRow>>;

export type ProfileResource = keyof typeof profileResources;
export const profileResourceNames = Object.keys(profileResources) as readonly ProfileResource[];

/** The row of a resource, with every key it may have. */
export function profileResource(name: ProfileResource): ProfileResourceRow {
  return profileResources[name];
}
