export type Resource =
  "memory" | "swap" | "gpu_memory" | "cpu" | "cpu_time" | "threads" | "open_fds" | "locked_memory";

export type Source =
  | "cgroup"
  | "cgroup_high"
  | "rlimit_as"
  | "rlimit_data"
  | "host"
  | "wired"
  | "mlx"
  | "device"
  | "mig"
  | "mps"
  | "dmem"
  | "working_set"
  | "quota"
  | "cpuset"
  | "pids"
  | "rlimit_nproc"
  | "rlimit";

/**
 * One limit that applies to one process. All of limit, usage, headroom, ratio and scope come from one level: the
 * one with the least headroom. Units follow the resource: bytes, cores, seconds, or a count.
 */
export interface Limit {
  readonly resource: Resource;
  readonly source: Source;
  /** Only a hard limit can bind: past it something is killed, refused or throttled. */
  readonly kind: "hard" | "soft";
  /** A cgroup path, `process`, `user`, `host`, or the UUID of a GPU. */
  readonly scope: string;
  /** Of GPU memory: whose, by UUID, or by the name of the cgroup region. */
  readonly gpu?: string;
  readonly limit: number;
  /** What is compared with the limit: of the level, siblings included. Absent when nobody measures it. */
  readonly usage?: number;
  /** limit − usage; may be negative. */
  readonly headroom?: number;
  /** headroom / limit; absent for a limit of 0. */
  readonly ratio?: number;
  /** The hard source with the least absolute headroom of this process and resource. */
  readonly binding: boolean;
}
