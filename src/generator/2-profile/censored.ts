import {
  profileResource,
  profileResourceNames,
  type ProfileResource,
} from "../../catalog/profile-resources.ts";
import type { RecordedProcess, RecordingLine, RecordingSample } from "../../model/recording.ts";
import type { Censor } from "../../model/run.ts";

/** From this share of a limit on, a peak is not the workload's own: it would perhaps have gone further. */
export const censoredFrom = 0.98;

type RecordedLimit = Extract<RecordingLine, { kind: "limits" }>["limits"][number];

/**
 * Watches samples for those that stand at a hard limit. A limit that a peak was cut off by, taken for the peak, would
 * keep itself in place for ever.
 */
export function createCensors() {
  const found = new Map<string, { readonly censor: Censor; readonly share: number }>();
  let limits: readonly RecordedLimit[] = [];

  function judge(sample: RecordingSample, process: RecordedProcess, cores: number | undefined) {
    for (const { pid, resource, source, scope, hard, limit } of limits) {
      if (!hard || pid !== process.pid || limit <= 0) continue;
      const share =
        (usageUnder({ resource, source, scope, limit }, sample, process, cores) ?? 0) / limit;
      if (share >= censoredFrom && share > (found.get(resource)?.share ?? 0))
        found.set(resource, { censor: { limit, source, scope }, share });
    }
  }

  return {
    /** The limits in force from now on. */
    setLimits(now: readonly RecordedLimit[]): void {
      limits = now;
    },
    /** Cores are those of the sample's processes, in their order. */
    add(sample: RecordingSample, cores: readonly (number | undefined)[]): void {
      sample.processes.forEach((process, index) => {
        judge(sample, process, cores[index]);
      });
      for (const event of ["oom", "oom_kill"] as const) {
        const count = sample.events?.[event] ?? 0;
        // Whoever was killed had no more to give: that outranks every share of a limit.
        if (count > 0) found.set("memory", { censor: { event, count }, share: Infinity });
      }
    },
    found(): Partial<Record<ProfileResource, Censor>> {
      return Object.fromEntries(
        profileResourceNames.flatMap((name) => {
          const hit = found.get(profileResource(name).limitedAs ?? "");
          return hit === undefined ? [] : [[name, hit.censor]];
        }),
      );
    },
  };
}

/**
 * What a limit is compared with, as far as it was recorded. Of a cgroup that is the working set, its file cache left
 * out: reading a model's weights fills a cgroup up to its limit with cache that the kernel gives back.
 */
function usageUnder(
  {
    resource,
    source,
    scope,
    limit,
  }: Pick<RecordedLimit, "resource" | "source" | "scope" | "limit">,
  sample: RecordingSample,
  process: RecordedProcess,
  cores: number | undefined,
): number | undefined {
  switch (resource) {
    case "memory":
      if (source === "rlimit_as") return process.virtualBytes;
      if (source === "rlimit_data") return undefined;
      if (source === "host") {
        const available = sample.host?.memoryAvailableBytes;
        return available === undefined ? process.memoryUsedBytes : limit - available;
      }
      return most(
        process.memoryUsedBytes,
        process.memoryPeakBytes,
        sample.cgroups?.find((cgroup) => cgroup.scope === scope)?.workingSetBytes,
      );
    case "swap":
      return process.swapBytes;
    case "gpu_memory":
      return process.gpuMemoryBytes;
    case "cpu":
      return cores;
    case "threads":
      return process.threads;
    case "open_fds":
      return process.openFds;
    default:
      return undefined;
  }
}

function most(...values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}
