import { readdirSync, readFileSync } from "node:fs";

/** A process as the kernel lists it; with its start time, because a pid alone is reused. */
export interface ProcessEntry {
  readonly pid: number;
  readonly parentPid: number;
  readonly session: number;
  readonly startTicks: string;
  /** Z is a process that has ended and waits for its parent to notice. */
  readonly state: string;
}

/**
 * Those still running of a process, its descendants, and the session it leads: a child whose parent has died
 * belongs to init, and only the session still tells whose it was. Empty where there is no /proc.
 */
export function livingFamily(root: ProcessEntry): readonly ProcessEntry[] {
  const entries = listProcesses();
  const now = entries.find((entry) => entry.pid === root.pid);
  // Somebody else has this pid by now, which the kernel allows only once the session is empty.
  if (now !== undefined && now.startTicks !== root.startTicks) return [];
  const family = new Map(
    entries.filter((e) => e.pid === root.pid || e.session === root.pid).map((e) => [e.pid, e]),
  );
  for (let grown = true; grown;) {
    const children = entries.filter((e) => family.has(e.parentPid) && !family.has(e.pid));
    for (const child of children) family.set(child.pid, child);
    grown = children.length > 0;
  }
  return [...family.values()].filter((entry) => entry.state !== "Z");
}

/** A process as it is now, to be recognised later. */
export function readProcess(pid: number): ProcessEntry | undefined {
  return parseStat(pid, readProc(`${pid}/stat`));
}

/** The children of a process, oldest first. */
export function childrenOf(pid: number): readonly ProcessEntry[] {
  return listProcesses()
    .filter((entry) => entry.parentPid === pid && entry.state !== "Z")
    .sort((a, b) => Number(a.startTicks) - Number(b.startTicks));
}

/** The arguments of a process, or none when it is gone. */
export function argumentsOf(pid: number): readonly string[] {
  return readProc(`${pid}/cmdline`).split("\0").slice(0, -1);
}

function listProcesses(): readonly ProcessEntry[] {
  let names: readonly string[] = [];
  try {
    names = readdirSync("/proc");
  } catch {
    // No /proc, as on macOS.
  }
  return names
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => readProcess(Number(name)) ?? []);
}

/** `4242 (mlx_lm.server) S 4241 4240 4240 …`: the name may hold spaces and parentheses, so fields follow the last `)`. */
export function parseStat(pid: number, text: string): ProcessEntry | undefined {
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const [state, parentPid, , session] = fields;
  const startTicks = fields[19];
  if (state === undefined || startTicks === undefined) return undefined;
  return { pid, state, parentPid: Number(parentPid), session: Number(session), startTicks };
}

function readProc(path: string): string {
  try {
    return readFileSync(`/proc/${path}`, "utf8");
  } catch {
    return "";
  }
}
