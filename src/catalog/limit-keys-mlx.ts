import type { LimitKey } from "./limit-key.ts";

export const mlx: readonly LimitKey[] = [
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
    says: "MLX keeps no more than this resident, and what is beyond may be moved out; on Metal alone, elsewhere MLX ignores it. The reporter sets it.",
  },
];

export const launchd: readonly LimitKey[] = [
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

/** What NVIDIA's Multi-Process Service holds a client to, of CUDA 11.5 and Volta on. */
export const mps: readonly LimitKey[] = [
  {
    limit: "gpu_memory_max",
    key: "CUDA_MPS_PINNED_DEVICE_MEM_LIMIT",
    enforced: "yes",
    says: "An allocation on the device beyond it fails as if the card were full, and MLX raises an error: this program ends or answers with it, and others on the card keep what they have.",
  },
  {
    limit: "gpu_memory_max",
    key: "managed memory",
    enforced: "no",
    says: "CUDA pages it in and out, so it is not pinned and this limit need not hold it; MLX has arrays in it that the CPU reads, too. MLX_HEADROOM_MEMORY_LIMIT of mlx.env counts both.",
  },
  {
    limit: "gpu_memory_max",
    key: "CUDA_MPS_ACTIVE_THREAD_PERCENTAGE",
    enforced: "no",
    says: "It is a share of the card's processors: less makes slow and bounds no memory, and nothing recorded says which share is enough.",
  },
];
