import type { Sample } from "../../catalog/metrics.ts";
import type { ConfigState } from "../../model/config-state.ts";
import { unseenField } from "../../model/unseen.ts";
import type { ProcessView, View } from "../../model/view.ts";
import { hostSamples } from "./host-samples.ts";
import { processSamples } from "./process-samples.ts";
import { workloadSamples } from "./workload-samples.ts";

/** Everything one scrape says, as values. `perProcess` false leaves the families with a pid label out. */
export function samplesOf(
  view: View,
  version: string,
  perProcess: boolean,
  config?: ConfigState,
): readonly Sample[] {
  return [
    ...(perProcess
      ? view.processes.filter(({ ownSeries }) => ownSeries).flatMap(processSamples)
      : []),
    ...view.workloads.flatMap(workloadSamples),
    ...hostSamples(view.host),
    { metric: "exporterBuildInfo", labels: { version }, value: 1 },
    ...(config === undefined ? [] : configSamples(config)),
    ...view.collectors.flatMap(({ collector, success, seconds }): readonly Sample[] => [
      { metric: "exporterCollectorSuccess", labels: { collector }, value: success ? 1 : 0 },
      { metric: "exporterCollectorDuration", labels: { collector }, value: seconds },
    ]),
    ...unavailableSamples(view.processes),
    ...unseenSamples(view),
    ...(["processes", "workloads", "churn", "label"] as const).map((kind): Sample => ({
      metric: "exporterDropped",
      labels: { kind },
      value: view.dropped[kind],
    })),
  ];
}

function configSamples({ successful, loadedAt }: ConfigState): readonly Sample[] {
  return [
    { metric: "exporterConfigReloadSuccessful", labels: {}, value: successful ? 1 : 0 },
    { metric: "exporterConfigReloadTime", labels: {}, value: loadedAt },
  ];
}

/** Processes that are not seen belong to no workload, and nobody can count them. */
function unseenSamples({ unseen: reason }: View): readonly Sample[] {
  if (reason === undefined) return [];
  const labels = { workload: "", field: unseenField, reason };
  return [{ metric: "exporterUnavailable", labels, value: 1 }];
}

/** Counts processes by workload, absent figure and reason. */
function unavailableSamples(processes: readonly ProcessView[]): readonly Sample[] {
  const counts = new Map<
    string,
    { labels: { workload: string; field: string; reason: string }; value: number }
  >();
  for (const { process, unavailable } of processes) {
    for (const { field, reason } of unavailable) {
      const key = `${process.workload} ${field} ${reason}`;
      const count = counts.get(key) ?? {
        labels: { workload: process.workload, field, reason },
        value: 0,
      };
      count.value += 1;
      counts.set(key, count);
    }
  }
  return [...counts.values()].map((count): Sample => ({ metric: "exporterUnavailable", ...count }));
}
