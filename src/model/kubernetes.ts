/** Who is asked for the pods of a node, and by what right. */
export type KubernetesOptions = ApiServerOptions | KubeletOptions;

interface Asking {
  /** The folder of `token` and `ca.crt`, read anew at each connection: both are replaced while a pod runs. */
  readonly credentials: string;
  /** How long whoever looks waits for the first list, in seconds; a little when absent. */
  readonly patienceSeconds?: number;
}

export interface ApiServerOptions extends Asking {
  /** http or https, without a slash at its end. */
  readonly apiUrl: string;
  /** The node whose pods are asked for. */
  readonly node: string;
}

/** It tells of its own node alone, whatever it is asked. */
export interface KubeletOptions extends Asking {
  /** http or https, without a slash at its end. */
  readonly kubeletUrl: string;
  /** What signed its certificate, where `ca.crt` did not. */
  readonly authorityFile?: string;
  /** What its certificate calls it, where that is not the URL's host. */
  readonly serverName?: string;
}

/** Whether the kubelet is asked, and not the API server. */
export function asksKubelet(options: KubernetesOptions): options is KubeletOptions {
  return "kubeletUrl" in options;
}

/** A container in which MLX ran has ended, as the kubelet says of it. */
export interface ContainerEnd {
  readonly kind: "ended";
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  /** Such as `OOMKilled`. */
  readonly reason: string;
  readonly restarts: number;
  readonly owner?: string;
  readonly memoryLimitBytes?: number;
  readonly cpuLimitCores?: number;
}

export type KubernetesNews = KubernetesState | ContainerEnd;

/** What comes of asking it. */
export type KubernetesState =
  | { readonly kind: "asked"; readonly pods: number }
  /** It answers, but not this: 401 and 403 are a matter of rights. */
  | { readonly kind: "refused"; readonly status: number }
  /** `code` is the system's, OpenSSL's or Node's, such as ECONNREFUSED. */
  | { readonly kind: "unreachable"; readonly code: string }
  | { readonly kind: "unclear" };
