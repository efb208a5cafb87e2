import type { LimitKey } from "./limit-key.ts";

export const compose: readonly LimitKey[] = [
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
  {
    limit: "gpu_count",
    key: "deploy.resources.reservations.devices",
    enforced: "yes",
    says: "Without a card and NVIDIA's container toolkit the container does not start. A list: Compose adds it to that of your file, so keep one of the two.",
  },
  {
    limit: "gpu_memory_max",
    key: "memory of the card",
    enforced: "no",
    says: "Compose has nothing that bounds it; NVIDIA's MPS does, see mps.env.",
  },
];

export const kubernetes: readonly LimitKey[] = [
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
    limit: "gpu_count",
    key: "limits.nvidia.com/gpu",
    enforced: "yes",
    says: "A whole card, or an instance of MIG: the pod stays Pending where none is free, and no other pod gets this one.",
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
  {
    limit: "gpu_memory_max",
    key: "memory of the card",
    enforced: "no",
    says: "nvidia.com/gpu bounds none of it; NVIDIA's MPS does where the device plugin shares cards by it, see mps.env.",
  },
];
