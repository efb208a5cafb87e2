import {
  asksKubelet,
  type ContainerEnd,
  type KubernetesNews,
  type KubernetesOptions,
} from "../model/kubernetes.ts";
import type { News } from "./nvidia-news.ts";

/** What came of asking Kubernetes, when that has changed, and why a container ended, for the log. */
export function kubernetesNews(news: KubernetesNews, asked: KubernetesOptions): News {
  const isKubelet = asksKubelet(asked);
  const server = isKubelet ? "the kubelet" : "Kubernetes' API server";
  const url = isKubelet ? asked.kubeletUrl : asked.apiUrl;
  switch (news.kind) {
    case "asked":
      return {
        level: "info",
        sentence: `${isKubelet ? "the kubelet" : "Kubernetes"} tells of the pods of this node`,
        facts: isKubelet ? { url, pods: news.pods } : { node: asked.node, pods: news.pods },
      };
    case "refused":
      return {
        level: "warn",
        sentence: `${isKubelet ? "the kubelet" : "Kubernetes"} ${refusal(news.status, isKubelet)}: pods are not named until it does`,
        facts: { status: news.status },
      };
    case "unreachable":
      return {
        level: "warn",
        sentence: `${server} cannot be reached, and is asked again later`,
        facts: { url, detail: news.code },
      };
    case "unclear":
      return {
        level: "warn",
        sentence: `what answers in the place of ${server} cannot be understood: pods are not named`,
        facts: { url },
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

function refusal(status: number, isKubelet: boolean): string {
  if (status === 401) return "does not accept the token of the service account";
  if (status !== 403) return "does not answer as it should";
  return isKubelet
    ? "does not let the service account get nodes/pods, which kubelets before 1.33 do not know"
    : "does not let the service account list and watch pods";
}
