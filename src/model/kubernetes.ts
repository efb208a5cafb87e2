/** Which API server is asked, for whose pods, and by what right. */
export interface KubernetesOptions {
  /** http or https, without a slash at its end. */
  readonly apiUrl: string;
  /** The node whose pods are asked for. */
  readonly node: string;
  /** The folder of `token` and `ca.crt`, read anew at each connection: both are replaced while a pod runs. */
  readonly credentials: string;
  /** How long whoever looks waits for the first list, in seconds; a little when absent. */
  readonly patienceSeconds?: number;
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
  | { readonly kind: "asked"; readonly node: string; readonly pods: number }
  /** It answers, but not this: 401 and 403 are a matter of rights. */
  | { readonly kind: "refused"; readonly status: number }
  /** `code` is the system's, OpenSSL's or Node's, such as ECONNREFUSED. */
  | { readonly kind: "unreachable"; readonly code: string }
  | { readonly kind: "unclear" };
