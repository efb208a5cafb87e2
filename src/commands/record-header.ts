import type { Software } from "../exporter/software.ts";
import type { LoadPlan, Seen } from "../generator/record.ts";
import type { MachineFacts } from "../model/host.ts";
import { valueOf } from "../model/figure.ts";
import { recordingFormat, recordingVersion, type RecordingHeader } from "../model/recording.ts";
import { version } from "../model/version.ts";
import type { LivePlan } from "./record-plan.ts";

/** The first line of a recording, but for its time. */
export function headerOf(
  { subject: { workload, scenario }, interval, loadCommand }: LivePlan,
  { processes, counters, host }: Seen,
  facts: MachineFacts | undefined,
  load: LoadPlan | undefined,
  software: Software,
): Omit<RecordingHeader, "started"> {
  const [first] = processes;
  const reported = counters.find(({ mlxVersion }) => mlxVersion !== undefined)?.mlxVersion;
  const { modelBytes: bytes, mlx = reported, mlxLm, python } = { ...software };
  const [cpuCores, memoryBytes] = [valueOf(host.cpuCores), valueOf(host.memoryTotalBytes)];
  const model = first?.process.model;
  return {
    kind: "header",
    format: recordingFormat,
    version: recordingVersion,
    workload,
    scenario,
    interval,
    source: "live",
    host: {
      ...(facts && { os: facts.os, kernel: facts.kernel, cpu: facts.cpu, gpus: facts.gpus }),
      ...(cpuCores !== undefined && { cpuCores }),
      ...(memoryBytes !== undefined && { memoryBytes }),
    },
    versions: {
      mlxHeadroom: version,
      ...(mlx !== undefined && { mlx }),
      ...(mlxLm !== undefined && { mlxLm }),
      ...(python !== undefined && { python }),
    },
    ...(first !== undefined && { runtime: first.process.runtime }),
    ...(model !== undefined && { model: { name: model, ...(bytes !== undefined && { bytes }) } }),
    ...(load && { load: loadOf(load) }),
    ...(loadCommand !== undefined && { load: { generator: "command" } }),
  };
}

/** What a reader may know of a load: not its address, nor its key. */
function loadOf(plan: LoadPlan): NonNullable<RecordingHeader["load"]> {
  const { concurrency, promptTokens, maxTokens, distinctPrompts, rate } = plan;
  return {
    ...{ generator: "openai", concurrency, promptTokens, maxTokens, distinctPrompts },
    ...(rate !== undefined && { rate }),
  };
}
