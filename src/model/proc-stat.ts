/**
 * What `/proc/PID/stat` says of a process, the one file the kernel lets everybody read and that never blocks: who it
 * is, whether it lives, and what CPU it used. Times are clock ticks.
 */
export interface ProcStat {
  readonly pid: number;
  readonly parentPid: number;
  /** Start after boot: with the pid, the identity of a process. */
  readonly startTicks: number;
  /** One letter: R, S, D, Z … */
  readonly state: string;
  /** The kernel's short name, at most 15 bytes. */
  readonly comm: string;
  /** Kernel threads never have a command line, and rename themselves all the time. */
  readonly kernelThread: boolean;
  readonly userTicks: number;
  readonly systemTicks: number;
  readonly threads: number;
  readonly majorFaults: number;
}

const kernelThreadFlag = 0x200000;
/** Of the fields after the name; the last that is wanted is the start time. */
const wantedFields = 20;

/**
 * Parses `4242 (mlx_lm.server) S 1 4242 4242 0 -1 4194304 …`, proc_pid_stat(5): the name may hold spaces, parentheses
 * and line feeds, so the fields are counted from the last parenthesis. Undefined for anything else.
 */
export function parseProcStat(text: string): ProcStat | undefined {
  const open = text.indexOf("(");
  const close = text.lastIndexOf(")");
  if (open === -1 || close < open) return undefined;
  const fields = text.slice(close + 2).split(" ", wantedFields);
  const number = (index: number): number => {
    const field = fields[index] ?? "";
    return /^\d{1,20}$/.test(field) ? Number(field) : NaN;
  };
  const pid = text.slice(0, open).trim();
  const numbers = {
    pid: /^\d{1,15}$/.test(pid) ? Number(pid) : NaN,
    parentPid: number(1),
    majorFaults: number(9),
    userTicks: number(11),
    systemTicks: number(12),
    threads: number(17),
    startTicks: number(19),
  };
  const state = fields[0] ?? "";
  if (state === "" || Object.values(numbers).some(Number.isNaN)) return undefined;
  const kernelThread = Math.floor(number(6) / kernelThreadFlag) % 2 === 1;
  return { ...numbers, state, comm: text.slice(open + 1, close), kernelThread };
}

/** Whether a process still is one: the dead keep their pid until their parent has asked how they ended. */
export function isDead({ state }: Pick<ProcStat, "state">): boolean {
  return /^[ZXx]/.test(state);
}
