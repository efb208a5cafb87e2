import type { Labels, Told } from "./container.ts";
import type { Reason } from "./figure.ts";

/** What a process does for its runtime. */
export type Role = "server" | "worker" | "rank" | "job";

/** A process that runs MLX, and the workload it belongs to. */
export interface MlxProcess {
  readonly pid: number;
  readonly parentPid: number;
  /** Clock ticks after boot; on macOS, which counts none, the Unix second. With the pid, the identity of a process. */
  readonly startTicks: number;
  /** Unix seconds. */
  readonly startTime: number;
  /** The stable name that metrics, baselines and alerts share. */
  readonly workload: string;
  /** The runtime's name in the runtime table, such as `mlx_lm.server`. */
  readonly runtime: string;
  readonly role: Role;
  /** As given on the command line, at most 128 characters; absent when it is not there. */
  readonly model?: string;
  /** As given on the command line; absent when it is not there. */
  readonly port?: number;
  /** Name, or the uid where no name is known; absent where the kernel would not say. */
  readonly user?: string;
  /** The systemd unit, from the cgroup path; on macOS the label of the launchd job. */
  readonly unit?: string;
  /** Why nobody knows whether it is in a job of launchd's; absent where that is known. */
  readonly unitMissing?: Reason;
  /** The container's name, or the first twelve digits of its id where no engine tells the name. */
  readonly container?: string;
  readonly containerId?: string;
  readonly pod?: string;
  readonly namespace?: string;
  /** Labels of the container and its pod that may be published, by their names in Prometheus. */
  readonly labels?: Labels;
  /** As it was when the process was found, or when its names changed. */
  readonly told?: Told;
  /** True when its model is shown otherwise than it was given: cut, or with characters replaced. */
  readonly modelCut?: true;
  /** Why its environment could not be read, or that of the process it works for; absent when it could. */
  readonly environmentMissing?: Reason;
  /** CUDA_MPS_PINNED_DEVICE_MEM_LIMIT of its environment, such as `0=1G`; absent when it is not set. */
  readonly mpsMemoryLimit?: string;
}

/** Identity of a process: a pid alone is reused. */
export function processKey(process: { readonly pid: number; readonly startTicks: number }): string {
  return `${process.pid}@${process.startTicks}`;
}
