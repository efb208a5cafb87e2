import type { ContainerEnd, KubernetesNews } from "../model/kubernetes.ts";
import type { News } from "./nvidia-news.ts";

/** What came of asking Kubernetes, when that has changed, and why a container ended, for the log. */
export function kubernetesNews(news: KubernetesNews): News {
  switch (news.kind) {
    case "asked":
      return {
        level: "info",
        sentence: "Kubernetes tells of the pods of this node",
        facts: { node: news.node, pods: news.pods },
      };
    case "refused":
      return {
        level: "warn",
        sentence: `${refusals[news.status] ?? "Kubernetes does not answer as it should"}: pods are not named until it does`,
        facts: { status: news.status },
      };
    case "unreachable":
      return {
        level: "warn",
        sentence: "Kubernetes' API server cannot be reached, and is asked again later",
        facts: { detail: news.code },
      };
    case "unclear":
      return {
        level: "warn",
        sentence:
          "what answers in the place of Kubernetes' API server cannot be understood: pods are not named",
        facts: {},
      };
    case "ended":
      return {
        level: "warn",
        sentence: "a container in which MLX ran has ended",
        facts: endFacts(news),
      };
  }
}

function endFacts(end: ContainerEnd): News["facts"] {
  const { namespace, pod, container, owner, reason, restarts } = end;
  const { memoryLimitBytes, cpuLimitCores } = end;
  return {
    namespace,
    pod,
    container,
    reason,
    restarts,
    ...(owner !== undefined && { owner }),
    ...(memoryLimitBytes !== undefined && { memory_limit_bytes: memoryLimitBytes }),
    ...(cpuLimitCores !== undefined && { cpu_limit_cores: cpuLimitCores }),
  };
}

const refusals: Readonly<Record<number, string | undefined>> = {
  401: "Kubernetes does not accept the token of the service account",
  403: "Kubernetes does not let the service account list and watch pods",
};
