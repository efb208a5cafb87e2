/** Systems that the exporter runs on, as Node names them. */
export type Platform = "linux" | "darwin";

/**
 * Every collector of the exporter, once. The switches of `serve` and their help, docs/collectors.md and the values of
 * the `collector` label come from here; one more collector is one more row, and the compiler says where its work is
 * missing.
 */
export interface CollectorRow {
  /** Elsewhere there is nothing that it could read, and its switch does nothing. */
  readonly platforms: readonly Platform[];
  /** What runs always has no switch: without it there is no process to tell of, or no limit to judge it by. */
  readonly runs: "always" | "unless switched off" | "when switched on";
  /** Nothing is counted of it between scrapes, so it is read for whoever asks and never for the background tick. */
  readonly scrapesOnly: boolean;
  /** What it gives, as the help of its switch and the documentation say it. */
  readonly help: string;
  readonly reads: string;
  readonly cost: string;
  readonly needs: string;
}

const everywhere = ["linux", "darwin"] as const;
const linux = ["linux"] as const;
const macos = ["darwin"] as const;
const nothing = "nothing";
const rights = "the process's own user, or [two capabilities](deploy.md)";

export const collectors = {
  discover: {
    platforms: everywhere,
    runs: "always",
    scrapesOnly: false,
    help: "Which processes run MLX, and the workloads they belong to.",
    reads:
      "`/proc/loadavg` for what is new; of each new process `stat` and, in a child process that may block, `cmdline` and `environ`; of known ones `comm` once a minute; on macOS the same `ps` as `process`",
    cost: "nothing for a process that is known and not MLX but a small file a minute",
    needs:
      "nothing; the process's own user or `CAP_SYS_PTRACE` for role `rank` and environment conditions",
  },
  host: {
    platforms: everywhere,
    runs: "always",
    scrapesOnly: false,
    help: "Memory, swap, CPUs, tasks and OOM kills of the host, which bound everything that runs on it.",
    reads:
      "`/proc/{meminfo,stat,loadavg,vmstat,sys/kernel/threads-max}`; on macOS what `sysctl` and `vm_stat` print",
    cost: "five small files; on macOS two commands, at most every five seconds",
    needs: nothing,
  },
  pressure: {
    platforms: linux,
    runs: "unless switched off",
    scrapesOnly: true,
    help: "How long tasks of the host waited for CPU, memory and disk (pressure stall information).",
    reads: "`/proc/pressure/{cpu,memory,io}`",
    cost: "three small files",
    needs: "a kernel that keeps it (some are started with `psi=0`)",
  },
  process: {
    platforms: everywhere,
    runs: "always",
    scrapesOnly: false,
    help: "CPU, memory, threads, page faults and resource limits of each MLX process.",
    reads: "`/proc/PID/{stat,status,limits}`; on macOS what `ps` prints",
    cost: "three small files for each MLX process; on macOS 50 to 100 ms for all processes together, at most every two seconds",
    needs: nothing,
  },
  io: {
    platforms: linux,
    runs: "unless switched off",
    scrapesOnly: true,
    help: "Bytes that each MLX process read from disk and wrote to it.",
    reads: "`/proc/PID/io`",
    cost: "one small file for each MLX process",
    needs: rights,
  },
  fds: {
    platforms: linux,
    runs: "unless switched off",
    scrapesOnly: true,
    help: "Open file descriptors of each MLX process.",
    reads: "the size of `/proc/PID/fd`; before Linux 6.2 its names",
    cost: "one system call for each MLX process; before Linux 6.2 it grows with their number",
    needs: `nothing; before Linux 6.2 ${rights}`,
  },
  connections: {
    platforms: linux,
    runs: "when switched on",
    scrapesOnly: true,
    help: "Established TCP connections of each MLX server.",
    reads:
      "`/proc/PID/net/{tcp,tcp6}` once for each network namespace, and the links in `/proc/PID/fd`",
    cost: "about 10 ms for each namespace, in which the kernel walks its table of sockets, and a small system call for each descriptor of a server",
    needs: `${rights}, to count its own sockets; without, connections to the \`--port\` of its command line are counted`,
  },
  allocator: {
    platforms: everywhere,
    runs: "unless switched off",
    scrapesOnly: true,
    help: "What MLX's allocator holds, for MLX processes that run under the reporter.",
    reads:
      "`PID.json` in the folders of `--allocator.path`, for each MLX process and by its own pid: no folder is listed",
    cost: "up to four system calls for each MLX process without a report, one small file for one with it",
    needs:
      "the [reporter](allocator.md) in the process; the process's own user, the group of the folder, or [two capabilities](deploy.md)",
  },
  cgroup: {
    platforms: linux,
    runs: "unless switched off",
    scrapesOnly: false,
    help: "Limits, usage and events of every cgroup that holds an MLX process.",
    reads:
      "`/proc/self/mountinfo`, `/proc/PID/cgroup`, and the memory, CPU and pids files of each level",
    cost: "about a dozen small files for each level, which processes share",
    needs: "the host's cgroup file system and cgroup namespace",
  },
  containers: {
    platforms: linux,
    runs: "when switched on",
    scrapesOnly: false,
    help: "Names and labels of containers, and their OOM kills, from Docker or Podman.",
    reads:
      "`/version`, `/containers/ID/json` and `/events` of the engine behind each socket of `--containers.socket`",
    cost: "one question for each new container, milliseconds each, and a connection that stays open",
    needs:
      "the engine's socket, which permits everything on the machine: see [containers.md](containers.md)",
  },
  nvidia: {
    platforms: linux,
    runs: "unless switched off",
    scrapesOnly: true,
    help: "GPU memory and utilisation of each MLX process and of each NVIDIA GPU.",
    reads:
      "NVIDIA's management library (NVML) in a child process, started where a driver is loaded; `/proc/2/stat`",
    cost: "nothing without a driver; else some 50 MB for the child, and a few calls for each GPU",
    needs: "a driver with `libnvidia-ml.so.1`, and the host's PID namespace; see [gpu.md](gpu.md)",
  },
  threads: {
    platforms: linux,
    runs: "when switched on",
    scrapesOnly: true,
    help: "CPU time of each MLX process by the names of its threads.",
    reads: "`/proc/PID/task/*/stat`",
    cost: "one small file for each thread, and up to 51 series for each process",
    needs: nothing,
  },
  kubernetes: {
    platforms: linux,
    runs: "when switched on",
    scrapesOnly: false,
    help: "Pods of this node from Kubernetes' API server or its kubelet: their names and labels, and those of their containers.",
    reads:
      "`/api/v1/pods` of the API server, for the pods of `--kubernetes.node` alone: a list, then a watch; or `/pods` of `--kubernetes.kubelet`; `/proc/PID/cgroup` of each process that may be in a pod",
    cost: "one connection to the API server, on which a change of a pod is some 10 KB, or a list from the kubelet every 10 seconds; nothing in a scrape",
    needs:
      "a service account that may get, list and watch pods, and the name of the node; of the kubelet one that may get `nodes/pods`; see [kubernetes.md](kubernetes.md)",
  },
  gpu: {
    platforms: macos,
    runs: "unless switched off",
    // GPU time of a connection that is closed between two scrapes would be lost.
    scrapesOnly: false,
    help: "GPU time of each MLX process, and memory and utilisation of the Mac's GPU.",
    reads: "what `ioreg` prints of the GPU and of those who use it",
    cost: "about 50 ms beside `ps`, at most every two seconds",
    needs: nothing,
  },
  footprint: {
    platforms: macos,
    runs: "unless switched off",
    scrapesOnly: false,
    help: "Memory footprint and GPU memory of each MLX process, where native calls do not tell.",
    reads: "what `footprint` prints, of one process after the other in the background",
    cost: "34 to 91 ms for each MLX process and at most 16 of them, every half a minute and never in a scrape",
    needs: "the process's own user, or root",
  },
  native: {
    platforms: macos,
    runs: "unless switched off",
    scrapesOnly: true,
    help: "Memory footprint, GPU memory, threads, open files and disk bytes of each MLX process, by native calls.",
    reads: "`proc_pid_rusage`, `proc_pidinfo` and `task_info`, in a child process",
    cost: "a child process, and microseconds for each MLX process",
    needs: "koffi, which is an optional dependency; the process's own user, or root",
  },
  launchd: {
    platforms: macos,
    runs: "unless switched off",
    scrapesOnly: false,
    help: "The launchd job of each MLX process, and the resource limits that launchd gave to it.",
    reads:
      "what `launchctl list` and `launchctl print` say of jobs, and `SoftResourceLimits` and `HardResourceLimits` of their property lists",
    cost: "one command where an MLX process is new, which names may wait for, and two for each new job, in the background",
    needs:
      "a job that `launchctl list` shows to the exporter's user; a program may have changed its limits since, which nobody can see",
  },
} as const satisfies Readonly<Record<string, CollectorRow>>;

export type CollectorName = keyof typeof collectors;

export const collectorNames = Object.keys(collectors) as readonly CollectorName[];

/** The collectors that there are on a platform. */
export type CollectorOn<P extends Platform> = {
  [N in CollectorName]: P extends (typeof collectors)[N]["platforms"][number] ? N : never;
}[CollectorName];

/** The same, in the order of the table. */
export function collectorsOn<P extends Platform>(platform: P): readonly CollectorOn<P>[] {
  const isThere = (name: CollectorName): name is CollectorOn<P> => {
    const { platforms }: CollectorRow = collectors[name];
    return platforms.includes(platform);
  };
  return collectorNames.filter(isThere);
}

/** The collectors that run when no switch says otherwise. */
export const defaultCollectors: ReadonlySet<CollectorName> = new Set(
  collectorNames.filter((name) => collectors[name].runs !== "when switched on"),
);
