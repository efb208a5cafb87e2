import { livingFamily, readProcess } from "./process-tree.ts";

/** A child and whatever it started, to be ended together. */
export interface Family {
  /** What to signal, as kill(2) takes it: pids, or a process group as its negative. */
  readonly living: () => readonly number[];
  /** SIGTERM to each member, SIGKILL to those still there after ten seconds. */
  readonly end: () => Promise<void>;
}

const terminateSeconds = 10;

/** Must be called while the child lives: its start time tells it later from another with the same pid. */
export function familyOf(pid: number): Family {
  const root = readProcess(pid);
  // Where there is no /proc, the process group stands for the family.
  const living = () => {
    if (root !== undefined) return livingFamily(root).map((member) => member.pid);
    return signal(-pid, 0) ? [-pid] : [];
  };
  const end = async () => {
    const deadline = performance.now() + terminateSeconds * 1000;
    const told = new Set<number>();
    for (let members = living(); members.length > 0; members = living()) {
      const late = performance.now() > deadline;
      for (const member of members) {
        if (late) signal(member, "SIGKILL");
        else if (!told.has(member)) signal(member, "SIGTERM");
        told.add(member);
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  return { living, end };
}

/** Signals a process that may be gone already; false when it is. */
export function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}
