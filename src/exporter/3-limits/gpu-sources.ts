import { parseMpsLimits } from "../../model/mps-limit.ts";
import { known, missing, type Figure } from "../../model/figure.ts";
import type { GpuReading, GpuUse } from "../../model/reading.ts";
import type { Candidate } from "./narrowest.ts";
import type { Inputs, SourceRow } from "./source-row.ts";

/**
 * Limits on GPU memory. Candidates name the GPU, and each GPU is decided by itself. A process that uses no GPU has
 * none, and where there is no GPU nothing is said of them at all.
 */
export const gpuSources: readonly SourceRow[] = [
  {
    resource: "gpu_memory",
    source: "device",
    kind: "hard",
    candidates: ({ process }) => wholes(process.gpu, "device"),
  },
  {
    resource: "gpu_memory",
    source: "mig",
    kind: "hard",
    candidates: ({ process }) => wholes(process.gpu, "mig"),
  },
  { resource: "gpu_memory", source: "mps", kind: "hard", candidates: mpsCandidates },
  {
    resource: "gpu_memory",
    source: "dmem",
    kind: "hard",
    candidates: ({ process }) =>
      (process.cgroup.dmem ?? []).flatMap(({ scope, regions }) =>
        regions.map(({ region, max, current }) => ({
          scope,
          gpu: region,
          limit: max,
          usage: current,
        })),
      ),
  },
  {
    resource: "gpu_memory",
    source: "working_set",
    // Metal recommends it and refuses nothing beyond it: the machine gets slow, and may panic.
    kind: "soft",
    candidates: ({ process, host: { darwin } }) =>
      darwin === undefined
        ? []
        : (process.gpu?.uses ?? []).map(({ gpu }) => ({
            scope: "host",
            gpu,
            limit:
              "value" in darwin.wiredLimitBytes ? darwin.wiredLimitBytes : darwin.workingSetBytes,
            usage: darwin.mlxGraphicsBytes,
          })),
  },
];

/** All that a GPU, or an instance of one, has: compared with what everybody uses of it. */
function wholes(reading: GpuReading | undefined, part: GpuUse["part"]): readonly Candidate[] {
  if (reading === undefined) return [];
  const uses = reading.uses
    .filter((use) => use.part === part)
    .map(({ gpu, totalBytes, usedBytes }) => ({
      scope: gpu,
      gpu,
      limit: totalBytes,
      usage: usedBytes,
    }));
  const { missing: why } = reading;
  // Where the lists of processes are not whole there may be another GPU that bounds it.
  return part === "device" && why !== undefined
    ? [...uses, { scope: "", limit: missing(why), usage: missing(why) }]
    : uses;
}

/** The limit of an MPS client stands in its environment, and is compared with what the client itself holds. */
function mpsCandidates({ process: { gpu }, identity }: Inputs): readonly Candidate[] {
  const { mpsMemoryLimit: text, environmentMissing } = identity;
  return (gpu?.uses ?? []).map(({ gpu: uuid, memoryBytes }) => ({
    scope: "process",
    gpu: uuid,
    limit:
      text === undefined
        ? missing(environmentMissing ?? "unlimited")
        : mpsLimit(text, gpu?.uses.length === 1),
    usage: memoryBytes,
  }));
}

/**
 * MPS numbers devices as CUDA does, by speed or by what is made visible, and NVML by their place on the bus. So a
 * number names a GPU for sure only when the limits are all alike, or when there is one of each.
 */
function mpsLimit(text: string, usesOne: boolean): Figure {
  const limits = parseMpsLimits(text);
  const [first] = limits ?? [];
  if (limits === undefined || first === undefined) return missing("error");
  const alike = limits.every(({ bytes }) => bytes === first.bytes);
  return alike && (usesOne || limits.length > 1) ? known(first.bytes) : missing("unsupported");
}
