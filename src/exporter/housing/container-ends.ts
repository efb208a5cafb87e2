import type { Clock } from "../../model/host.ts";
import type { ContainerEnd } from "../../model/kubernetes.ts";
import type { MlxProcess } from "../../model/process.ts";
import type { KnownPod } from "./kubernetes-answers.ts";

/** Tells why containers ended in which MLX ran; those of others are nobody's business here. */
export interface ContainerEnds {
  /** Call with what every scan found. */
  observe(processes: readonly Pick<MlxProcess, "containerId">[]): void;
  /** A pod as it is now. */
  hear(pod: KnownPod): void;
  /** Whether MLX ran in a container that ended, once: again only when MLX was seen in it again. */
  take(id: string): boolean;
}

/** The kubelet tells of an end within seconds, and a minute where it is busy. */
const rememberedSeconds = 300;

export function createContainerEnds(
  clock: Clock,
  tell: (end: ContainerEnd) => void,
): ContainerEnds {
  /** When MLX was last seen in a container. */
  const seen = new Map<string, number>();
  const take = (id: string) => seen.delete(id);
  return {
    take,
    observe(processes) {
      const now = clock.monotonicSeconds();
      for (const { containerId } of processes)
        if (containerId !== undefined) seen.set(containerId, now);
      for (const [id, at] of seen) if (now - at > rememberedSeconds) seen.delete(id);
    },
    hear({ pod, ended }) {
      for (const [id, container] of ended) {
        // A pod repeats how its containers ended before.
        if (!take(id)) continue;
        const { name = "", lastTermination: reason = "", restarts = 0 } = container;
        const { memoryLimitBytes, cpuLimitCores } = container;
        tell({
          kind: "ended",
          namespace: pod.namespace,
          pod: pod.name,
          container: name,
          reason,
          restarts,
          ...(pod.owner !== undefined && { owner: pod.owner }),
          ...(memoryLimitBytes !== undefined && { memoryLimitBytes }),
          ...(cpuLimitCores !== undefined && { cpuLimitCores }),
        });
      }
    },
  };
}
