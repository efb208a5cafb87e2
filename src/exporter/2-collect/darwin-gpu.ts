import { gpuMemory } from "../../model/gpu-memory.ts";
import { known, missing, type Figure } from "../../model/figure.ts";
import type { GpuReading, GpuUse, HostGpu } from "../../model/reading.ts";
import type { GpuTimeBook } from "./darwin-gpu-time.ts";
import { figure } from "./figures.ts";
import type { DarwinTable } from "./darwin-watch.ts";

type GpuTable = Pick<DarwinTable, "accelerator" | "gpuClients">;
const unsupported = missing("unsupported");

/**
 * What a process has on the Mac's GPU: something, if it is or was connected to it or has memory of it. Undefined on a
 * machine without one. Of a GPU without statistics the name is known, and how it is used is not 0.
 */
export function darwinGpu(
  { accelerator, gpuClients }: GpuTable,
  process: { readonly pid: number; readonly startTime: number },
  graphics: Figure,
  book: Pick<GpuTimeBook, "seconds">,
): GpuReading | undefined {
  if ("missing" in accelerator) return { uses: [], missing: accelerator.missing };
  const { found } = accelerator.value;
  if (found === undefined) return undefined;
  const counted = book.seconds(process);
  const uncounted =
    "value" in gpuClients &&
    gpuClients.value.some(
      ({ pid, nanoseconds }) => pid === process.pid && nanoseconds === undefined,
    );
  const has = counted !== undefined || uncounted || ("value" in graphics && graphics.value > 0);
  if (!has) return { uses: [], ...("missing" in gpuClients && { missing: gpuClients.missing }) };
  const seconds = "missing" in gpuClients ? missing(gpuClients.missing) : known(counted ?? 0);
  const use: GpuUse = {
    gpu: found.name,
    part: "metal",
    memoryBytes: graphics,
    seconds: uncounted ? unsupported : seconds,
    utilizationRatio: unsupported,
    totalBytes: unsupported,
    usedBytes: figure(found.inUseBytes),
  };
  return { uses: [use] };
}

/** The Mac's GPU, as a list; undefined where there is none, or nobody could tell. */
export function darwinHostGpus({ accelerator }: GpuTable): readonly HostGpu[] | undefined {
  const found = "value" in accelerator ? accelerator.value.found : undefined;
  if (found === undefined) return undefined;
  const { name, model, inUseBytes, utilizationRatio } = found;
  return [
    {
      uuid: name,
      name: model,
      // It has no memory of its own.
      memoryTotalBytes: unsupported,
      memoryUsedBytes: figure(inUseBytes),
      memoryUnattributedBytes: unsupported,
      utilizationRatio: figure(utilizationRatio),
      instances: [],
    },
  ];
}

/** GPU memory of all these processes; unknown when that of one is, or when nobody asked. */
export function sumOfGraphics(
  readings: readonly (GpuReading | undefined)[],
  asked: boolean,
): Figure {
  if (!asked) return missing("not_measured");
  let sum = 0;
  for (const reading of readings) {
    const memory = reading === undefined ? unsupported : gpuMemory(reading);
    if (!("value" in memory)) return memory;
    sum += memory.value;
  }
  return known(sum);
}
