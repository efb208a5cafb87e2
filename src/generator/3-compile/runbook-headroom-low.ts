import type { Runbook } from "./alert.ts";

/** What to do when little is left. */
export const headroomLowRunbook: Runbook = {
  meaning: [
    "Little is left under the limit that binds: by default memory below 15 % (critical: 5 %), GPU memory below 5 % (2 %), open file descriptors below 20 % (5 %), threads below 10 % (5 %), for two minutes (one). The alert names the limit, its scope and what is left. `mlx-headroom ps` on the host shows the same, process by process.",
    "What happens at the limit depends on the limit named. `cgroup`: the kernel kills a process of that cgroup. `host`: the whole machine runs out; several servers on one machine each plan as if they were alone. `wired`: the GPU may wire no more, and is slow. `rlimit_as`, `rlimit_data`: an allocation fails and the process usually aborts. `device`, `mig`, `mps`, `dmem`: an allocation on the GPU fails, and the process aborts or hangs. Without file descriptors it accepts nobody, without threads it cannot start what it needs.",
    "Memory that steps up at a model load and then stays is normal; memory that climbs for hours under even load is a leak, and a restart buys time.",
  ].join("\n\n"),
  linux: [
    "Memory: `systemctl status UNIT` shows usage and limit; raise it with `systemctl set-property UNIT MemoryMax=24G`, in a container with `docker update --memory 24g NAME`; `prlimit --pid PID` shows the limits of a process. If the host runs out, `ps aux --sort=-rss | head`, and stop or shrink whatever is not needed.",
    "GPU memory: `nvidia-smi` shows who has it. MLX keeps what it freed up to 95 % of a card: give each process a share with `MLX_HEADROOM_MEMORY_LIMIT` and `MLX_HEADROOM_CACHE_LIMIT`.",
    "Open file descriptors: `ls -l /proc/PID/fd` shows what is open; many sockets mean many or abandoned clients. Raise the limit with `LimitNOFILE=65536` in the unit. Threads: `systemctl show -p TasksCurrent,TasksMax UNIT`, `ps -o nlwp= -p PID`; raise `TasksMax`.",
  ].join("\n\n"),
  macos: [
    "Memory: `memory_pressure`, and `top -o mem -l 1 | head -30`. Stop or shrink whatever is not needed, with SIGTERM.",
    "Open file descriptors: `lsof -p PID`; the default is only 256, raise it with `ulimit -n 4096` before the start or `SoftResourceLimits` in the launchd property list. Threads: `ps -M PID | wc -l`.",
  ].join("\n\n"),
  prevent:
    "Make the workload smaller: restart `mlx_lm.server` with fewer or smaller caches (`--prompt-cache-size 4`, `--prompt-cache-bytes 4G`), less work at once (`--decode-concurrency 8`, `--prompt-concurrency 2`) or a model with fewer bits per weight. A workload that lives close to its limit by design needs a profile, so that its own threshold replaces the default.",
};
