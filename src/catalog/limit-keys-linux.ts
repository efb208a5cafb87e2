import type { LimitKey } from "./limit-key.ts";

export const systemd: readonly LimitKey[] = [
  {
    limit: "memory_high",
    key: "MemoryHigh",
    enforced: "yes",
    says: "Above it the kernel slows the service down and takes memory back; nothing is killed. On cgroups of version 1 systemd does not set it.",
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
    says: "Nothing is swapped out: a model in swap answers nobody, and its memory seems to be free. On cgroups of version 1 systemd does not set it.",
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
  {
    limit: "gpu_memory_max",
    key: "memory of the card",
    enforced: "no",
    says: "No key of systemd bounds it; NVIDIA's MPS does, see mps.env.",
  },
];

export const ulimit: readonly LimitKey[] = [
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

export const cgroupV2: readonly LimitKey[] = [
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
  {
    limit: "gpu_memory_max",
    key: "memory of the card",
    enforced: "no",
    says: "The file dmem.max bounds it where dmem.capacity names the card, which needs Linux 6.14 and NVIDIA's driver for CUDA 13.4; the script does not write it. Else NVIDIA's MPS does, see mps.env.",
  },
];

export const cgroupV1: readonly LimitKey[] = [
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
  {
    limit: "gpu_memory_max",
    key: "memory of the card",
    enforced: "no",
    says: "Version 1 has nothing that bounds it; NVIDIA's MPS does, see mps.env.",
  },
];
