import type { HousingSource } from "../model/container.ts";
import type { Host } from "../model/host.ts";
import { asksKubelet, type KubernetesOptions } from "../model/kubernetes.ts";
import type { MlxProcess } from "../model/process.ts";
import type { CollectorOutcome } from "../model/view.ts";
import { allOf } from "./housing/both.ts";
import { createContainerEnds } from "./housing/container-ends.ts";
import { createEngineWatch } from "./housing/engine-watch.ts";
import { createKubeletPoll } from "./housing/kubelet-poll.ts";
import type { KubernetesListener, KubernetesWatch } from "./housing/kubernetes-source.ts";
import { createKubernetesWatch } from "./housing/kubernetes-watch.ts";
import type { ExporterOptions } from "./options.ts";

/** Whoever is asked of containers and pods, as one. */
export interface Housings {
  readonly source: HousingSource;
  /** Call with what every scan found. */
  observe(processes: readonly MlxProcess[]): void;
  /** Call once a second. */
  tick(): void;
  /**
   * Containers in which a process was killed for lack of memory since this was last called, as their engines say;
   * undefined where none is asked, so that nobody waits for its word.
   */
  oomKilledContainers(): readonly string[] | undefined;
  /** How those do that are asked. */
  outcomes(): readonly CollectorOutcome[];
  close(): void;
}

/** Who is asked, and who hears of it. */
export type HousingOptions = Pick<
  ExporterOptions,
  "collectors" | "engineSockets" | "kubernetes" | "onEngine" | "onKubernetes"
>;

/** Of a container Kubernetes' word counts before its engine's. */
export function housingOf(host: Host, options: HousingOptions): Housings {
  const { kubernetes, collectors, onEngine, onKubernetes } = options;
  const ends = createContainerEnds(host.clock, (end) => onKubernetes?.(end));
  const engines =
    collectors?.has("containers") === true
      ? createEngineWatch(host, {
          ...(options.engineSockets !== undefined && { sockets: options.engineSockets }),
          ...(onEngine !== undefined && { onNews: onEngine }),
          onEnd: (id, end) => {
            if (ends.take(id)) onEngine?.(end);
          },
        })
      : undefined;
  const cluster =
    kubernetes !== undefined && collectors?.has("kubernetes") === true
      ? podsOf(host, kubernetes, {
          onState: (state) => onKubernetes?.(state),
          onPod: (pod) => {
            ends.hear(pod);
          },
        })
      : undefined;
  return {
    source: allOf([cluster, engines].filter((source) => source !== undefined)),
    observe(processes) {
      if (cluster !== undefined || engines !== undefined) ends.observe(processes);
    },
    tick() {
      engines?.tick();
    },
    oomKilledContainers: () => engines?.takeOomKills(),
    outcomes() {
      const engine = engines?.takeOutcome();
      return [
        ...(engine === undefined ? [] : [{ collector: "containers", ...engine }]),
        ...(cluster === undefined
          ? []
          : [
              {
                collector: "kubernetes",
                success: cluster.success(),
                seconds: cluster.listSeconds(),
              },
            ]),
      ];
    },
    close() {
      engines?.close();
      cluster?.close();
    },
  };
}

function podsOf(
  host: Host,
  asked: KubernetesOptions,
  listener: KubernetesListener,
): KubernetesWatch {
  return asksKubelet(asked)
    ? createKubeletPoll(host, asked, listener)
    : createKubernetesWatch(host, asked, listener);
}
