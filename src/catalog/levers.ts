/** One way to hold an MLX process to something on a platform, and whether the platform really does. */
export interface Lever {
  readonly platform: "darwin" | "linux";
  readonly name: string;
  /** `yes`: something is refused or killed beyond it; `asked`: the program holds itself to it; `no`: nothing happens. */
  readonly enforced: "yes" | "asked" | "no";
  readonly says: string;
}

/** What limits anything, and what only looks as if it did. `doctor` prints the platform's, docs/macos.md explains macOS's. */
export const levers: readonly Lever[] = [
  {
    platform: "darwin",
    name: "iogpu.wired_limit_mb",
    enforced: "yes",
    says: "GPU memory that may be wired, of the whole machine; root sets it, and it is lost at a reboot",
  },
  {
    platform: "darwin",
    name: "MLX's memory, cache and wired limits",
    enforced: "asked",
    says: "set inside the process, as the reporter does from its environment",
  },
  {
    platform: "darwin",
    name: "RLIMIT_NOFILE, RLIMIT_NPROC, RLIMIT_CPU",
    enforced: "yes",
    says: "open files of a process, processes of a user, CPU seconds of a process; NumberOfFiles and the like of a launchd job",
  },
  {
    platform: "darwin",
    name: "RLIMIT_AS, RLIMIT_DATA, RLIMIT_RSS",
    enforced: "no",
    says: "no cap on memory: every arm64 process has 384 GiB of address space from its start, and RSS is not looked at",
  },
  {
    platform: "darwin",
    name: "RLIMIT_MEMLOCK",
    enforced: "no",
    says: "mlock alone; memory that Metal wires is not charged",
  },
  {
    platform: "darwin",
    name: "memory limit of one process",
    enforced: "no",
    says: "there is none for a program of Python's: no cgroups, and jetsam's limits are Apple's to set",
  },
  {
    platform: "darwin",
    name: "share of the CPU or the GPU",
    enforced: "no",
    says: "no quota for either; taskpolicy -b slows the CPU alone",
  },
  {
    platform: "linux",
    name: "memory.max, memory.high, cpu.max, pids.max",
    enforced: "yes",
    says: "cgroups: the kernel kills, slows down or refuses beyond them",
  },
  {
    platform: "linux",
    name: "RLIMIT_AS, RLIMIT_DATA, RLIMIT_NOFILE, RLIMIT_CPU",
    enforced: "yes",
    says: "resource limits of a process: allocations and files are refused, CPU time ends it",
  },
  {
    platform: "linux",
    name: "memory of a GPU",
    enforced: "no",
    says: "no limit but the device's own, an instance's of MIG, and that of a client of MPS",
  },
];
