import type { Sample } from "../../catalog/metrics.ts";
import type { Limit } from "../../model/limit.ts";
import type { Figure } from "../../model/figure.ts";
import type { HostGpu } from "../../model/reading.ts";
import type { ProcessView } from "../../model/view.ts";
import { processLabels } from "./process-labels.ts";

/** What one process has on GPUs, and the limits it meets there. */
export function processGpuSamples({ process, reading, limits }: ProcessView): readonly Sample[] {
  const labels = processLabels(process);
  const p = labels.plain.labels;
  const samples: Sample[] = [];
  for (const { gpu, memoryBytes, utilizationRatio, seconds } of reading.gpu?.uses ?? []) {
    if ("value" in memoryBytes)
      samples.push({ metric: "processGpuMemory", labels: { ...p, gpu }, value: memoryBytes.value });
    if ("value" in utilizationRatio) {
      const { value } = utilizationRatio;
      samples.push({ metric: "processGpuUtilization", labels: { ...p, gpu }, value });
    }
    if (seconds !== undefined && "value" in seconds)
      samples.push({ metric: "processGpuSeconds", labels: { ...p, gpu }, value: seconds.value });
  }
  const ofGpus = limits.filter(({ resource }) => resource === "gpu_memory");
  for (const limit of ofGpus) {
    const { source, gpu = "", headroom, ratio, binding } = limit;
    const own = { ...p, source, gpu };
    samples.push({ metric: "processGpuMemoryLimit", labels: own, value: limit.limit });
    if (headroom !== undefined)
      samples.push({ metric: "processGpuMemoryHeadroom", labels: own, value: headroom });
    const { ofRatio, ofBinding } = labels.of(limit);
    if (ratio !== undefined && limit === narrowestOf(ofGpus, source))
      samples.push({ metric: "processHeadroomRatio", ...ofRatio, value: ratio });
    if (binding) samples.push({ metric: "processLimitBinding", ...ofBinding, value: 1 });
  }
  return samples;
}

/** Families without a GPU among their labels tell of the one on which least is left. */
function narrowestOf(limits: readonly Limit[], source: Limit["source"]): Limit | undefined {
  const left = ({ headroom = Infinity }: Limit) => headroom;
  return limits.filter((limit) => limit.source === source).sort((a, b) => left(a) - left(b))[0];
}

/** Every GPU of the machine. Memory of MIG instances is part of their GPU's, and not told a second time. */
export function hostGpuSamples(gpus: readonly HostGpu[]): readonly Sample[] {
  return gpus.flatMap((each): readonly Sample[] => {
    const { uuid: gpu, name, instances } = each;
    const figures = [
      ["hostGpuMemoryTotal", each.memoryTotalBytes],
      ["hostGpuMemoryUsed", each.memoryUsedBytes],
      ["hostGpuMemoryUnattributed", each.memoryUnattributedBytes],
      ["hostGpuUtilization", each.utilizationRatio],
    ] as const satisfies readonly (readonly [string, Figure])[];
    return [
      { metric: "hostGpuInfo", labels: { gpu, name, parent: "" }, value: 1 },
      ...instances.map((instance): Sample => ({
        metric: "hostGpuInfo",
        labels: { gpu: instance.uuid, name: instance.name, parent: gpu },
        value: 1,
      })),
      ...figures.flatMap(([metric, figure]): readonly Sample[] =>
        "value" in figure ? [{ metric, labels: { gpu }, value: figure.value }] : [],
      ),
    ];
  });
}
