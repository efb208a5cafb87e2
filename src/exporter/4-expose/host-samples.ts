import type { MetricKey, Sample } from "../../catalog/metrics.ts";
import type { Figure } from "../../model/figure.ts";
import type { HostReading } from "../../model/reading.ts";
import { hostGpuSamples } from "./gpu-samples.ts";

type HostMetric = Extract<
  MetricKey,
  | "hostMemoryTotal"
  | "hostMemoryAvailable"
  | "hostSwapTotal"
  | "hostSwapUsed"
  | "hostCpuCores"
  | "hostOomKills"
  | "hostBootTime"
  | "hostMemoryWired"
  | "hostMemoryWiredLimit"
  | "hostMemoryWiredUnattributed"
  | "hostMemoryCompressor"
  | "hostMemoryPressureLevel"
>;

/** Every series of the host. */
export function hostSamples(host: HostReading): readonly Sample[] {
  const figures: readonly (readonly [HostMetric, Figure])[] = [
    ["hostMemoryTotal", host.memoryTotalBytes],
    ["hostMemoryAvailable", host.memoryAvailableBytes],
    ["hostSwapTotal", host.swapTotalBytes],
    ["hostSwapUsed", host.swapUsedBytes],
    ["hostCpuCores", host.cpuCores],
    ["hostOomKills", host.oomKills],
    ["hostBootTime", host.bootTime],
    ...darwinFigures(host),
  ];
  return [
    ...figures.flatMap(([metric, figure]): readonly Sample[] =>
      "value" in figure ? [{ metric, labels: {}, value: figure.value }] : [],
    ),
    ...hostGpuSamples(host.gpus ?? []),
    ...host.pressure.map(({ resource, kind, seconds }): Sample => ({
      metric: "hostPressureSeconds",
      labels: { resource, kind },
      value: seconds,
    })),
    ...[...host.cpuSeconds].map(([mode, value]): Sample => ({
      metric: "hostCpuSeconds",
      labels: { mode },
      value,
    })),
  ];
}

function darwinFigures({ darwin }: HostReading): readonly (readonly [HostMetric, Figure])[] {
  if (darwin === undefined) return [];
  const { wiredLimitBytes: set, workingSetBytes: recommended } = darwin;
  return [
    ["hostMemoryWired", darwin.wiredBytes],
    ["hostMemoryWiredLimit", "value" in set ? set : recommended],
    ["hostMemoryWiredUnattributed", darwin.wiredUnattributedBytes],
    ["hostMemoryCompressor", darwin.compressorBytes],
    ["hostMemoryPressureLevel", darwin.pressureLevel],
  ];
}
