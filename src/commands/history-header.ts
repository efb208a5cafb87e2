import { headerQueries, type HistorySubject } from "../generator/record.ts";
import type { Call } from "../model/command.ts";
import { recordingFormat, recordingVersion, type RecordingHeader } from "../model/recording.ts";
import { UserError } from "../model/user-error.ts";
import { version } from "../model/version.ts";
import type { Prometheus } from "./prometheus-door.ts";
import type { Subject } from "./record-subject.ts";

/** The exporter that knows the workload; one must be chosen where several do. */
export async function whose(
  workload: string,
  call: Call,
  prometheus: Prometheus,
  range: number,
  end: number,
): Promise<HistorySubject> {
  const given = call.options["prometheus.instance"];
  if (typeof given === "string") return { workload, instance: given };
  const { instances } = headerQueries({ workload }, range);
  const { series } = await prometheus.instant(instances, end);
  const names = series.flatMap(({ labels }) => labels["instance"] ?? []);
  if (series.length === 0) throw new UserError("no-history", { url: prometheus.url, workload });
  if (names.length > 1)
    throw new UserError("several-instances", { workload, instances: names.sort().join(", ") });
  const [instance] = names;
  return { workload, ...(instance !== undefined && { instance }) };
}

/** The first line, but for its time: what was true of the workload at last. */
export async function headerFrom(
  { workload, scenario }: Subject,
  asked: HistorySubject,
  prometheus: Prometheus,
  { range, step, end }: { readonly range: number; readonly step: number; readonly end: number },
): Promise<Omit<RecordingHeader, "started">> {
  const queries = headerQueries(asked, range);
  const tell = async (expression: string) => (await prometheus.instant(expression, end)).series[0];
  const [info, memory, cores] = [
    await tell(queries.info),
    await tell(queries.memory),
    await tell(queries.cores),
  ];
  const { runtime, model, mlx_version: mlx } = info?.labels ?? {};
  const [memoryBytes] = memory?.values.values() ?? [];
  const [cpuCores] = cores?.values.values() ?? [];
  return {
    kind: "header",
    format: recordingFormat,
    version: recordingVersion,
    workload,
    scenario,
    interval: step,
    source: "prometheus",
    host: {
      ...(cpuCores !== undefined && { cpuCores }),
      ...(memoryBytes !== undefined && { memoryBytes }),
    },
    versions: { mlxHeadroom: version, ...(mlx && { mlx }) },
    ...(runtime && { runtime }),
    ...(model && { model: { name: model } }),
  };
}
