import type { HousingSource } from "../model/container.ts";
import type { Host } from "../model/host.ts";
import type { MlxProcess } from "../model/process.ts";
import type { CollectorOutcome } from "../model/view.ts";
import { allOf } from "./housing/both.ts";
import { createContainerEnds } from "./housing/container-ends.ts";
import { createKubernetesWatch } from "./housing/kubernetes-watch.ts";
import type { ExporterOptions } from "./options.ts";

/** Whoever is asked of containers and pods, as one. */
export interface Housings {
  readonly source: HousingSource;
  /** Call with what every scan found. */
  observe(processes: readonly MlxProcess[]): void;
  /** How those do that are asked. */
  outcomes(): readonly CollectorOutcome[];
  close(): void;
}

/** `others` are asked besides; of a container Kubernetes' word counts before theirs. */
export function housingOf(
  host: Host,
  options: ExporterOptions,
  others: readonly HousingSource[] = [],
): Housings {
  const { kubernetes, collectors, onKubernetes } = options;
  const ends = createContainerEnds(host.clock, (end) => onKubernetes?.(end));
  const watch =
    kubernetes !== undefined && collectors?.has("kubernetes") === true
      ? createKubernetesWatch(host, kubernetes, {
          onState: (state) => onKubernetes?.(state),
          onPod: (pod) => {
            ends.hear(pod);
          },
        })
      : undefined;
  return {
    source: allOf(watch === undefined ? others : [watch, ...others]),
    observe(processes) {
      if (watch !== undefined) ends.observe(processes);
    },
    outcomes: () =>
      watch === undefined
        ? []
        : [{ collector: "kubernetes", success: watch.success(), seconds: watch.listSeconds() }],
    close() {
      watch?.close();
    },
  };
}
