import type { Roots } from "../../../src/model/host.ts";
import type { MemoryFile } from "../../support/memory-host.ts";

export const roots: Roots = { procfs: "/proc", sysfs: "/sys", rootfs: "/" };
export const bootTime = 1_700_000_000;

/** A process as a test describes it; what is not said is as ordinary as possible. */
export interface Described {
  readonly pid: number;
  readonly parent?: number;
  readonly argv: readonly string[];
  readonly comm?: string;
  readonly state?: string;
  /** Clock ticks after boot. By default the pid, so that a higher pid is a younger process. */
  readonly start?: number;
  readonly kernelThread?: boolean;
  readonly environ?: readonly string[] | "forbidden";
  readonly uid?: number;
  /** The pid of the process that this is a thread of. */
  readonly threadOf?: number;
  readonly cgroup?: string;
}

/** The files below /proc that show these processes, and the password file. */
export function processFiles(
  processes: readonly Described[],
): Readonly<Record<string, MemoryFile>> {
  const files: Record<string, MemoryFile> = {
    "/proc/stat": `cpu  1 2 3 4\nbtime ${bootTime}\n`,
    "/proc/uptime": "1000.00 900.00\n",
    "/etc/passwd": "root:x:0:0:root:/root:/bin/sh\nmlx:x:1000:1000:MLX:/home/mlx:/bin/bash\n",
  };
  for (const process of processes) Object.assign(files, filesOf(process));
  return files;
}

export function filesOf(process: Described): Readonly<Record<string, MemoryFile>> {
  const folder = `/proc/${process.pid}`;
  const environ = process.environ ?? [];
  const uid = process.uid ?? 1000;
  return {
    [`${folder}/stat`]: statLine(process),
    [`${folder}/comm`]: `${commOf(process)}\n`,
    [`${folder}/cmdline`]: process.argv.map((element) => `${element}\0`).join(""),
    [`${folder}/environ`]:
      environ === "forbidden" ? environ : environ.map((entry) => `${entry}\0`).join(""),
    [`${folder}/status`]: `Name:\tx\nState:\tS (sleeping)\nTgid:\t${process.threadOf ?? process.pid}\nUid:\t4\t${uid}\t${uid}\t${uid}\nGid:\t5\n`,
    [`${folder}/cgroup`]: process.cgroup ?? "0::/user.slice/session-3.scope\n",
  };
}

function commOf({ comm, argv }: Described): string {
  return comm ?? (argv[0] ?? "kworker/0:1").split("/").at(-1)?.slice(0, 15) ?? "";
}

/** One line as proc_pid_stat(5) has it. */
function statLine(process: Described): string {
  const flags = process.kernelThread === true ? 0x208040 : 0x400000;
  const before = `${process.pid} (${commOf(process)}) ${process.state ?? "S"} ${process.parent ?? 1}`;
  const start = process.start ?? process.pid;
  return `${before} 1 1 0 -1 ${flags} 0 0 0 0 1 1 0 0 20 0 1 0 ${start} 1000 100 184467440 0 0\n`;
}

/** What the kernel says of the pids it gave out, as seen from the namespace that it gives them out in. */
export function lastPidFiles(lastPid: number, pidMax = 32_768): Readonly<Record<string, string>> {
  return {
    "/proc/self/status": "Name:\tnode\nNSpid:\t4000000\n",
    "/proc/loadavg": `0.20 0.18 0.12 1/80 ${lastPid}\n`,
    "/proc/sys/kernel/pid_max": `${pidMax}\n`,
  };
}
