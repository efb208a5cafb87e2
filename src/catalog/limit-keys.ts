import type { LimitName } from "../model/limit-plan.ts";

/** How a platform spells a limit, and what it does when the limit is reached. */
export interface LimitKey {
  readonly limit: LimitName;
  /** The key, with dots where it lies within others. */
  readonly key: string;
  /** `no`: written as a comment whatever the rollout, for nothing would happen. */
  readonly enforced: "yes" | "asked" | "no";
  /** What happens at the limit, or why there is none. */
  readonly says: string;
}

const systemd: readonly LimitKey[] = [
  {
    limit: "memory_high",
    key: "MemoryHigh",
    enforced: "yes",
    says: "Above it the kernel slows the service down and takes memory back; nothing is killed.",
  },
  {
    limit: "memory_max",
    key: "MemoryMax",
    enforced: "yes",
    says: "At it the kernel takes file cache back, and kills when that is not enough.",
  },
  {
    limit: "swap_max",
    key: "MemorySwapMax",
    enforced: "yes",
    says: "Nothing is swapped out: a model in swap answers nobody, and its memory seems to be free.",
  },
  {
    limit: "cpu_max",
    key: "CPUQuota",
    enforced: "yes",
    says: "Beyond it the service waits for the next period: it becomes slow, and is never killed.",
  },
  {
    limit: "tasks_max",
    key: "TasksMax",
    enforced: "yes",
    says: "New threads and processes are refused, an error at once. All of the service count together.",
  },
  {
    limit: "files_max",
    key: "LimitNOFILE",
    enforced: "yes",
    says: "Opening a file or taking a connection fails with EMFILE, in each process by itself.",
  },
];

const compose: readonly LimitKey[] = [
  {
    limit: "memory_high",
    key: "mem_reservation",
    enforced: "asked",
    says: "Not a limit: when memory is short the kernel takes it from others first. Docker does not set memory.high.",
  },
  {
    limit: "memory_max",
    key: "mem_limit",
    enforced: "yes",
    says: "At it the kernel takes file cache back, and kills when that is not enough.",
  },
  {
    limit: "swap_max",
    key: "memswap_limit",
    enforced: "yes",
    says: "Memory and swap together: as much as mem_limit, so that nothing is swapped out.",
  },
  {
    limit: "cpu_max",
    key: "cpus",
    enforced: "yes",
    says: "Beyond it the container waits for the next period: it becomes slow, and is never killed.",
  },
  {
    limit: "tasks_max",
    key: "pids_limit",
    enforced: "yes",
    says: "New threads and processes are refused, an error at once. All of the container count together.",
  },
  {
    limit: "files_max",
    key: "ulimits.nofile",
    enforced: "yes",
    says: "Opening a file or taking a connection fails with EMFILE, in each process by itself.",
  },
];

const kubernetes: readonly LimitKey[] = [
  {
    limit: "memory_high",
    key: "requests.memory",
    enforced: "asked",
    says: "What the scheduler sets aside on a node; a pod that uses more is evicted before others.",
  },
  {
    limit: "cpu_request",
    key: "requests.cpu",
    enforced: "asked",
    says: "Its share where CPU is short, and what the scheduler sets aside.",
  },
  {
    limit: "memory_max",
    key: "limits.memory",
    enforced: "yes",
    says: "At it the kernel takes file cache back, and kills the container when that is not enough (OOMKilled).",
  },
  {
    limit: "cpu_max",
    key: "limits.cpu",
    enforced: "yes",
    says: "Beyond it the container waits for the next period: it becomes slow, and is never killed.",
  },
  {
    limit: "swap_max",
    key: "swap",
    enforced: "no",
    says: "No field of a pod: the kubelet decides, and lets no pod swap unless told to.",
  },
  {
    limit: "tasks_max",
    key: "pids",
    enforced: "no",
    says: "No field of a pod: podPidsLimit of the kubelet is for all pods of a node.",
  },
  {
    limit: "files_max",
    key: "nofile",
    enforced: "no",
    says: "No field of a pod: the container runtime decides, or `ulimit -n` in the container's command.",
  },
];

const mlx: readonly LimitKey[] = [
  {
    limit: "mlx_memory",
    key: "MLX_HEADROOM_MEMORY_LIMIT",
    enforced: "asked",
    says: "MLX waits for work to finish when it is over it, and goes on; the reporter sets it.",
  },
  {
    limit: "mlx_cache",
    key: "MLX_HEADROOM_CACHE_LIMIT",
    enforced: "asked",
    says: "MLX gives back what it freed beyond it; the reporter sets it.",
  },
  {
    limit: "mlx_wired",
    key: "MLX_HEADROOM_WIRED_LIMIT",
    enforced: "asked",
    says: "MLX keeps no more than this resident; on Metal alone, elsewhere MLX ignores it. The reporter sets it.",
  },
];

const launchd: readonly LimitKey[] = [
  {
    limit: "files_max",
    key: "SoftResourceLimits.NumberOfFiles",
    enforced: "yes",
    says: "Opening a file or taking a connection fails with EMFILE; 256 where nothing is set.",
  },
  {
    limit: "files_max",
    key: "HardResourceLimits.NumberOfFiles",
    enforced: "yes",
    says: "As far as the job may raise its soft limit by itself.",
  },
  ...mlx.map((row) => ({ ...row, key: `EnvironmentVariables.${row.key}` })),
  {
    limit: "memory_max",
    key: "ResidentSetSize",
    enforced: "no",
    says: "macOS ends no process at a limit on its memory: RLIMIT_RSS is an alias of RLIMIT_AS there, and every arm64 process has 384 GiB of address space from its start.",
  },
  {
    limit: "swap_max",
    key: "swap",
    enforced: "no",
    says: "macOS has no limit on the swap of a process.",
  },
  {
    limit: "cpu_max",
    key: "CPU",
    enforced: "no",
    says: "No quota: RLIMIT_CPU ends a process after so many CPU seconds, which a server must not be.",
  },
  {
    limit: "tasks_max",
    key: "NumberOfProcesses",
    enforced: "no",
    says: "It counts all processes of the user, not threads of the job.",
  },
];

const ulimit: readonly LimitKey[] = [
  {
    limit: "files_max",
    key: "-n",
    enforced: "yes",
    says: "Opening a file or taking a connection fails with EMFILE, in each process by itself.",
  },
  {
    limit: "memory_max",
    key: "-v",
    enforced: "no",
    says: "No ulimit bounds memory in use: -v counts address space, of which a GPU's driver and mapped models take many times more, and -m is ignored by Linux and macOS. Use a cgroup: systemd-run --scope -p MemoryMax=…",
  },
  {
    limit: "cpu_max",
    key: "-t",
    enforced: "no",
    says: "No share: -t ends a process after so many CPU seconds, which a server must not be.",
  },
  {
    limit: "tasks_max",
    key: "-u",
    enforced: "no",
    says: "It counts all threads of the user (on macOS processes), not those of the workload.",
  },
];

const killed = "At it the kernel takes file cache back, and kills when that is not enough.";
const waits =
  "Beyond it the group waits for the next period: it becomes slow, and is never killed.";
const refused =
  "New threads and processes are refused, an error at once. All of the group count together.";

const cgroupV2: readonly LimitKey[] = [
  {
    limit: "memory_high",
    key: "memory.high",
    enforced: "yes",
    says: "Above it the kernel slows the group down and takes memory back; nothing is killed.",
  },
  { limit: "memory_max", key: "memory.max", enforced: "yes", says: killed },
  {
    limit: "swap_max",
    key: "memory.swap.max",
    enforced: "yes",
    says: "Nothing is swapped out: a model in swap answers nobody, and its memory seems to be free.",
  },
  { limit: "cpu_max", key: "cpu.max", enforced: "yes", says: waits },
  { limit: "tasks_max", key: "pids.max", enforced: "yes", says: refused },
];

const cgroupV1: readonly LimitKey[] = [
  { limit: "memory_max", key: "memory.limit_in_bytes", enforced: "yes", says: killed },
  {
    limit: "swap_max",
    key: "memory.memsw.limit_in_bytes",
    enforced: "yes",
    says: "Memory and swap together: as much as memory alone, so that nothing is swapped out. Only where the kernel counts swap.",
  },
  { limit: "cpu_max", key: "cpu.cfs_quota_us", enforced: "yes", says: waits },
  { limit: "tasks_max", key: "pids.max", enforced: "yes", says: refused },
  {
    limit: "memory_high",
    key: "memory.soft_limit_in_bytes",
    enforced: "no",
    says: "Version 1 has nothing that slows a group down: its soft limit matters only when the host is short of memory.",
  },
];

/** Every manifest of a workload, by the end of its name, with the limits its platform knows, in order. */
export const limitFiles = {
  "systemd.conf": systemd,
  "compose.yaml": compose,
  "kubernetes.yaml": kubernetes,
  "launchd.plist": launchd,
  "ulimit.sh": ulimit,
  "cgroup-v2.sh": cgroupV2,
  "cgroup-v1.sh": cgroupV1,
  "mlx.env": mlx,
} as const satisfies Readonly<Record<string, readonly LimitKey[]>>;
export type LimitFile = keyof typeof limitFiles;

/** Comments of mlx.env: what bounds a server besides MLX's own limits. */
export const mlxAdvice = [
  "Servers have flags of their own, which bound what requests keep:",
  "  mlx_lm.server --prompt-cache-size 4 --prompt-cache-bytes 4G (bytes are trimmed on the batched path alone)",
  "  mlx_vlm.server --max-kv-size 8192; vllm-mlx --cache-memory-mb 4096; mlx-openai-server --max-bytes 4294967296",
  "On macOS `sysctl iogpu.wired_limit_mb` bounds GPU memory that is wired, of the whole machine: 0 is the default of",
  "about three quarters. Nothing sets it here, for it takes from everybody; root sets it, and a reboot undoes it.",
] as const;
