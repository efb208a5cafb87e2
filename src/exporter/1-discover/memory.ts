import type { Host, Roots } from "../../model/host.ts";
import { isDead, parseProcStat, type ProcStat } from "../../model/proc-stat.ts";
import type { MlxProcess } from "../../model/process.ts";
import type { Agenda } from "./agenda.ts";
import type { Criteria } from "./criteria.ts";
import { examineAll, type Examination } from "./examine.ts";
import { type Standing, standingOf } from "./families.ts";
import { isThread, readBootTime, readOwner, type Owner } from "./linux-identity.ts";
import { couldBeMlx } from "./match-runtime.ts";
import { type Facts, isSame } from "./members.ts";
import { placeOf } from "./place.ts";
import type { StatOf } from "./tree.ts";

/** What was found out about processes so far. Only those that are MLX, or children that may be, cost anything in a pass. */
export interface Memory {
  readonly size: number;
  pids(): Iterator<number>;
  knows(pid: number): boolean;
  /** Those that are MLX or may be. */
  relevant(): readonly number[];
  /** Forgets all but these. */
  keepOnly(pids: readonly number[]): void;
  /** Forgets relevant ones that are dead; names those under whose pid another process runs by now. */
  reused(statOf: StatOf): readonly number[];
  /** Of these known processes the ones to examine again; cheap, and never blocks. */
  changed(pids: readonly number[]): readonly number[];
  /** Looks at processes of which nothing is known, or something else than is true now. */
  examine(pids: readonly number[]): Promise<void>;
  standingOf(pid: number): Standing;
  factsOf(pid: number): Facts | undefined;
  /** The object that was handed out for this process before, if nothing of it has changed: others keep things by it. */
  sameAsBefore(found: MlxProcess): MlxProcess;
  /** How many could not be examined because reading their command line blocks, or takes long by now. */
  blocked(): number;
}

/** How many seconds an examination may go on before those in it count as blocked, whatever becomes of it. */
const longestExamination = 2;

/** One process. The command line itself is not kept: secrets live there, and most processes are none of ours. */
interface Entry {
  readonly startTicks: number;
  readonly comm: string;
  readonly standing: Standing;
  /** A kernel thread never becomes a program, and renames itself all the time. */
  readonly kernelThread?: true;
  /** Why what is known of it may be wrong: it is examined again at every review. */
  readonly unsettled?: "empty" | "blocked";
  owner?: Owner;
  /** Kept as first computed: the kernel's boot time moves with the wall clock, and a start must not. */
  startTime?: number;
  handedOut?: MlxProcess;
}

/** `criteria` says how workloads are named now; `numbersAreOurs` as BirthWatch has it. */
export function createMemory(
  host: Host,
  roots: Roots,
  criteria: () => Criteria,
  agenda: Agenda,
  numbersAreOurs: () => boolean,
): Memory {
  const entries = new Map<number, Entry>();
  const relevant = new Set<number>();
  const blocked = new Set<number>();
  /** Since when each is. */
  const underExamination = new Map<number, number>();

  function forget(pid: number): void {
    entries.delete(pid);
    relevant.delete(pid);
    blocked.delete(pid);
  }

  function remember(pid: number, entry: Entry): void {
    entries.set(pid, entry);
    if (entry.standing === "other") relevant.delete(pid);
    else relevant.add(pid);
    if (entry.unsettled === "blocked") blocked.add(pid);
    else blocked.delete(pid);
  }

  /** The stat of a process that may be examined now; settles what needs no examination. */
  function examinable(pid: number): ProcStat | undefined {
    const stat = readStat(host, roots, pid);
    const known = entries.get(pid);
    if (stat === undefined || isDead(stat) || known?.startTicks !== stat.startTicks) forget(pid);
    if (stat === undefined || isDead(stat)) return undefined;
    if (stat.kernelThread) {
      const { startTicks, comm } = stat;
      remember(pid, { startTicks, comm, standing: "other", kernelThread: true });
      return undefined;
    }
    // In state D reading a command line can block for ever. Another pass will find it in a better state.
    if (stat.state === "D") {
      agenda.soon(pid);
      return undefined;
    }
    return stat;
  }

  function settle(stat: ProcStat, examination: Examination): void {
    const { pid, startTicks, comm } = stat;
    const known = entries.get(pid);
    switch (examination.kind) {
      case "absent":
      case "failed":
        forget(pid);
        return;
      case "empty":
        if (known?.unsettled === undefined) agenda.soon(pid);
        remember(pid, { standing: "other", startTicks, comm, ...known, unsettled: "empty" });
        return;
      case "blocked":
        remember(pid, { standing: "other", startTicks, comm, ...known, unsettled: "blocked" });
        return;
      case "forbidden":
        remember(pid, { startTicks, comm, standing: "other" });
        return;
      case "seen": {
        const standing = standingOf(examination.verdict);
        if (standing !== "other" && isThread(host, roots, pid)) {
          forget(pid);
          return;
        }
        const { owner } = examination;
        remember(pid, {
          startTicks,
          comm,
          standing,
          ...(owner !== undefined && { owner }),
          ...(known?.startTime !== undefined && { startTime: known.startTime }),
        });
      }
    }
  }

  return {
    get size() {
      return entries.size;
    },
    pids: () => entries.keys(),
    knows: (pid) => entries.has(pid),
    relevant: () => [...relevant],
    blocked() {
      const before = host.clock.monotonicSeconds() - longestExamination;
      const waiting = [...underExamination].filter(
        ([pid, since]) => since < before && !blocked.has(pid),
      );
      return blocked.size + waiting.length;
    },
    keepOnly(pids) {
      const present = new Set(pids);
      for (const pid of entries.keys()) if (!present.has(pid)) forget(pid);
    },
    reused(statOf) {
      const reused: number[] = [];
      for (const pid of relevant) {
        const stat = statOf(pid);
        const known = entries.get(pid);
        const same = stat !== undefined && stat.startTicks === known?.startTicks && !isDead(stat);
        if (!same) forget(pid);
        if (stat !== undefined && !isDead(stat) && (!same || stat.comm !== known.comm)) {
          reused.push(pid);
        }
      }
      return reused;
    },
    changed(pids) {
      return pids.filter((pid) => {
        const known = entries.get(pid);
        if (known === undefined) return true;
        if (known.kernelThread && numbersAreOurs()) return false;
        if (numbersAreOurs()) {
          const comm = readComm(host, roots, pid);
          if (comm === undefined) forget(pid);
          return comm !== undefined && mayHaveChanged(known, comm);
        }
        const stat = readStat(host, roots, pid);
        if (stat === undefined) forget(pid);
        if (stat === undefined || known.kernelThread) return false;
        return stat.startTicks !== known.startTicks || mayHaveChanged(known, stat.comm);
      });
    },
    async examine(pids) {
      const stats = [...new Set(pids)]
        .filter((pid) => !underExamination.has(pid))
        .flatMap((pid) => examinable(pid) ?? []);
      if (stats.length === 0) return;
      const asked = stats.map(({ pid }) => pid);
      const since = host.clock.monotonicSeconds();
      for (const pid of asked) underExamination.set(pid, since);
      try {
        const examinations = await examineAll(host, roots, criteria(), asked);
        stats.forEach((stat, index) => {
          settle(stat, examinations[index] ?? { kind: "absent" });
        });
      } finally {
        for (const pid of asked) underExamination.delete(pid);
      }
    },
    standingOf: (pid) => entries.get(pid)?.standing ?? "other",
    sameAsBefore(found) {
      const entry = entries.get(found.pid);
      if (entry === undefined) return found;
      if (entry.handedOut === undefined || !isSame(entry.handedOut, found)) entry.handedOut = found;
      return entry.handedOut;
    },
    factsOf(pid) {
      const entry = entries.get(pid);
      if (entry === undefined) return undefined;
      const { user, unit, cgroup } = (entry.owner ??= readOwner(host, roots, pid));
      entry.startTime ??= startTimeOf(host, roots, entry.startTicks);
      return {
        startTime: entry.startTime,
        ...(user !== undefined && { user }),
        ...(unit !== undefined && { unit }),
        ...(cgroup !== undefined && placeOf(cgroup, criteria())),
      };
    },
  };

  /** The short name follows the program, but for one that replaces itself by another of the same name. */
  function mayHaveChanged(known: Entry, comm: string): boolean {
    return (
      comm !== known.comm || known.unsettled !== undefined || couldBeMlx(comm, criteria().rules)
    );
  }
}

function readStat(host: Host, roots: Roots, pid: number): ProcStat | undefined {
  const file = host.files.readShort(`${roots.procfs}/${pid}/stat`);
  return file.kind === "read" ? parseProcStat(file.text) : undefined;
}

function readComm(host: Host, roots: Roots, pid: number): string | undefined {
  const file = host.files.readShort(`${roots.procfs}/${pid}/comm`);
  return file.kind === "read" ? file.text.replace(/\n$/, "") : undefined;
}

/** Without a boot time the moment of discovery stands in: never too early, and a restart still moves it. */
function startTimeOf(host: Host, roots: Roots, startTicks: number): number {
  const bootTime = readBootTime(host, roots.procfs);
  return bootTime === undefined
    ? host.clock.unixSeconds()
    : bootTime + startTicks / host.ticksPerSecond;
}
