import type { CgroupIdentity } from "./cgroup-identity.ts";

/** Labels as their source has them: any text, and perhaps secrets. Only what is allow-listed is ever shown. */
export type Labels = Readonly<Record<string, string>>;

/**
 * What an engine or a cluster says of a container. It names things; no limit is taken from it: the kernel says which
 * limits are in force.
 */
export interface Container {
  readonly name?: string;
  readonly image?: string;
  readonly labels: Labels;
  /** As configured, in bytes and cores; absent where there is none. */
  readonly memoryLimitBytes?: number;
  readonly cpuLimitCores?: number;
  /** How often it was started again. */
  readonly restarts?: number;
  /** Why it ended the last time, such as `OOMKilled`; absent where it never did, or nobody knows. */
  readonly lastTermination?: string;
}

/** A pod of Kubernetes. */
export interface Pod {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Labels;
  /** What made it, such as `ReplicaSet/chat-7d4b9`. */
  readonly owner?: string;
}

/** What is known of the container and the pod that a process runs in. */
export interface Housing {
  readonly container?: Container;
  readonly pod?: Pod;
}

/** What is said of the container and the pod of a process, and is told on: no limit and no series is made of it. */
export interface Told {
  /** What made the pod. */
  readonly owner?: string;
  /** As somebody asked for it; what is in force the kernel says. */
  readonly configuredMemoryLimitBytes?: number;
  readonly configuredCpuLimitCores?: number;
  readonly restarts?: number;
  readonly lastTermination?: string;
}

/** Knows containers and pods by what the kernel says of a process. */
export interface HousingSource {
  /** Whether anybody is asked at all: where not, nothing is read for it. */
  readonly asks: boolean;
  /** Finds out about those that it does not know. Resolves within seconds, whatever hangs, and never rejects. */
  learn(identities: readonly CgroupIdentity[]): Promise<void>;
  /** What it knows, from memory. */
  of(identity: CgroupIdentity): Housing;
  /** Grows when something that it told before is not true any more. */
  changes(): number;
}

/** Where no engine and no cluster is asked. */
export const noHousing: HousingSource = {
  asks: false,
  learn: () => Promise.resolve(),
  of: () => ({}),
  changes: () => 0,
};

/** By which labels a container or a pod says itself what it is. */
export interface LabelNames {
  /** Its value names the workload. */
  readonly workload: string;
  /** Its value `true` makes MLX of every process in it. */
  readonly monitor: string;
  /** Labels that are published with each process, and no others. */
  readonly published: readonly string[];
}

export const defaultLabelNames: LabelNames = {
  workload: "mlx-headroom.workload",
  monitor: "mlx-headroom.monitor",
  published: [],
};

/** What a label is called in Prometheus, which knows letters, digits and underscores only: `app.io/name` → `label_app_io_name`. */
export function publishedName(label: string): string {
  return `label_${label.replace(/[^A-Za-z0-9_]/g, "_")}`;
}
