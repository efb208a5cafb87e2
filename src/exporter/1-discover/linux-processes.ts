import type { Host } from "../../model/host.ts";
import type { ListedProcess } from "../../model/process.ts";

/** A process as its `stat` file shows it, before anyone has asked for its command line. */
export type ProcessStat = Omit<ListedProcess, "argv"> & {
  /** Kernel threads never have a command line, and rename themselves all the time. */
  readonly kernelThread: boolean;
};

export interface ProcessList {
  /** False when the folder could not be listed or holds no process: a wrong mount rather than a quiet machine. */
  readonly readable: boolean;
  readonly byPid: ReadonlyMap<number, ProcessStat>;
}

/** Lists every process with one small read each. Processes that end meanwhile are left out. */
export function listProcesses(host: Host, procfs: string): ProcessList {
  const listing = host.files.list(procfs);
  const names = listing.kind === "listed" ? listing.names.filter((name) => /^\d+$/.test(name)) : [];
  const byPid = new Map<number, ProcessStat>();
  for (const name of names) {
    const stat = host.files.read(`${procfs}/${name}/stat`);
    const parsed = stat.kind === "read" ? parseStat(stat.bytes.toString("latin1")) : undefined;
    if (parsed !== undefined) byPid.set(parsed.pid, parsed);
  }
  return { readable: names.length > 0, byPid };
}

/**
 * `4242 (mlx_lm.server) S 1 4242 4242 0 -1 4194304 …`: the name may hold spaces, parentheses and line feeds, so the
 * fields are counted from the last parenthesis. proc_pid_stat(5).
 */
export function parseStat(text: string): ProcessStat | undefined {
  const open = text.indexOf("(");
  const close = text.lastIndexOf(")");
  if (open === -1 || close < open) return undefined;
  const fields = text
    .slice(close + 1)
    .trim()
    .split(" ");
  const [state = ""] = fields;
  const pid = wholeNumber(text.slice(0, open).trim());
  const parentPid = wholeNumber(fields[1]);
  const flags = wholeNumber(fields[6]);
  const startTicks = wholeNumber(fields[19]);
  if (state === "" || pid === undefined || parentPid === undefined || startTicks === undefined) {
    return undefined;
  }
  const kernelThreadFlag = 0x200000;
  const kernelThread = flags !== undefined && Math.floor(flags / kernelThreadFlag) % 2 === 1;
  return { pid, parentPid, startTicks, state, comm: text.slice(open + 1, close), kernelThread };
}

/** Whether a process has a command line at all: kernel threads have none, and the dead have lost theirs. */
export function isAlive(stat: ProcessStat): boolean {
  return !stat.kernelThread && !/^[ZXx]/.test(stat.state);
}

/** What came of asking for a command line. */
export type CommandLine =
  | { readonly kind: "read"; readonly argv: readonly string[] }
  | { readonly kind: "absent" | "forbidden" | "failed" };

/** The kernel's own limit for one argument; what MLX programs are recognised by comes first. */
const commandLineBytes = 128 * 1024;

/** Reads the command line of a process. Never to be called in state D: the read can then block for ever. */
export function readCommandLine(host: Host, procfs: string, pid: number): CommandLine {
  const file = host.files.read(`${procfs}/${pid}/cmdline`, commandLineBytes);
  return file.kind === "read"
    ? { kind: "read", argv: parseCommandLine(file.bytes) }
    : { kind: file.kind };
}

/**
 * `python3\0-m\0mlx_lm.server\0`. Programs that rewrite their title pad it with NULs up to the length of the old
 * one, so empty elements at the end say nothing.
 */
export function parseCommandLine(bytes: Buffer): readonly string[] {
  const elements = bytes.toString("utf8").split("\0");
  return elements.slice(0, elements.findLastIndex((element) => element !== "") + 1);
}

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
