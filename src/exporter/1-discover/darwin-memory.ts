import type { PsRow } from "../../model/darwin.ts";
import type { Clock } from "../../model/host.ts";
import type { MlxProcess } from "../../model/process.ts";
import type { WorkloadRule } from "../../model/workload-rule.ts";
import { type Examiner, examineRows, type RowExamination } from "./darwin-examine.ts";
import type { Job } from "./darwin-jobs.ts";
import { type Descent, type Standing, standingOf } from "./families.ts";
import { type Facts, isSame } from "./members.ts";

/** What was found out about the processes of a Mac. One that is known and has not changed costs a comparison. */
export interface DarwinMemory {
  /** Forgets all but these; tells which of them to examine. */
  due(rows: readonly PsRow[], rules: readonly WorkloadRule[]): readonly PsRow[];
  /** `descentOf` tells of all that there are, as a job's processes need not be MLX. */
  examine(
    rows: readonly PsRow[],
    rules: readonly WorkloadRule[],
    descentOf: (pid: number) => Descent | undefined,
  ): Promise<void>;
  /** Those that are MLX or may be. */
  relevant(): readonly number[];
  standingOf(pid: number): Standing;
  factsOf(pid: number): Facts | undefined;
  /** Absent of a process that has its job from the one it works for. */
  jobOf(pid: number): Job | undefined;
  sameAsBefore(found: MlxProcess): MlxProcess;
  /** Of how many the kernel's own answer blocks; what the text tells of them is known. */
  blocked(): number;
}

/** One process. Its command line is not kept: secrets live there. */
interface Entry {
  readonly startTime: number;
  readonly digest: number;
  /** By which it was judged. */
  readonly rules: readonly WorkloadRule[];
  readonly standing: Standing;
  readonly user?: string;
  readonly job?: Job;
  readonly blocked: boolean;
  /** When to ask again what the kernel or launchd would not say, in monotonic seconds; Infinity for never. */
  readonly againAt: number;
  handedOut?: MlxProcess;
}

/** What the kernel does not say twice is asked for once a minute. */
const secondsBetweenQuestions = 60;

export function createDarwinMemory(clock: Clock, examiner: Examiner): DarwinMemory {
  const entries = new Map<number, Entry>();
  const underExamination = new Map<number, PsRow>();

  function settle(
    row: PsRow,
    rules: readonly WorkloadRule[],
    { verdict, unsettled, user, job }: RowExamination,
  ): void {
    const { pid, startTime } = row;
    const before = entries.get(pid);
    const isSecond = before?.startTime === startTime && before.againAt < Infinity;
    const kernelWait = unsettled === "moving" && !isSecond ? 0 : secondsBetweenQuestions;
    const waits = [
      unsettled === undefined ? Infinity : kernelWait,
      job === undefined ? Infinity : examiner.jobs.againIn(row),
    ];
    const standing = standingOf(verdict);
    entries.set(pid, {
      startTime,
      digest: digestOf(row.command),
      rules,
      standing,
      blocked: unsettled === "blocked",
      ...(user !== undefined && { user }),
      ...(job !== undefined && { job }),
      againAt: clock.monotonicSeconds() + Math.min(...waits),
      ...(before?.startTime === startTime &&
        before.handedOut !== undefined && { handedOut: before.handedOut }),
    });
  }

  return {
    due(rows, rules) {
      const now = clock.monotonicSeconds();
      const present = new Map(rows.map((row) => [row.pid, row]));
      examiner.jobs.keepOnly(present);
      for (const [pid, { startTime }] of entries) {
        if (present.get(pid)?.startTime !== startTime) entries.delete(pid);
      }
      return rows.filter((row) => {
        const entry = entries.get(row.pid);
        return (
          entry === undefined ||
          entry.rules !== rules ||
          entry.digest !== digestOf(row.command) ||
          entry.againAt <= now
        );
      });
    },
    async examine(rows, rules, descentOf) {
      const asked = rows.filter((row) => !isSameRow(underExamination.get(row.pid), row));
      for (const row of asked) underExamination.set(row.pid, row);
      try {
        const examinations = await examineRows(examiner, rules, asked, descentOf);
        examinations.forEach((examination, index) => {
          const row = asked[index];
          // What was asked later is true for longer.
          if (row !== undefined && underExamination.get(row.pid) === row) {
            settle(row, rules, examination);
          }
        });
      } finally {
        for (const row of asked) {
          if (underExamination.get(row.pid) === row) underExamination.delete(row.pid);
        }
      }
    },
    relevant: () =>
      [...entries].flatMap(([pid, { standing }]) => (standing === "other" ? [] : pid)),
    standingOf: (pid) => entries.get(pid)?.standing ?? "other",
    factsOf(pid) {
      const entry = entries.get(pid);
      if (entry === undefined) return undefined;
      const { startTime, user } = entry;
      return { startTime, ...(user !== undefined && { user }) };
    },
    jobOf: (pid) => entries.get(pid)?.job,
    sameAsBefore(found) {
      const entry = entries.get(found.pid);
      if (entry === undefined) return found;
      if (entry.handedOut === undefined || !isSame(entry.handedOut, found)) entry.handedOut = found;
      return entry.handedOut;
    },
    blocked: () => [...entries.values()].filter(({ blocked }) => blocked).length,
  };
}

function isSameRow(one: PsRow | undefined, other: PsRow): boolean {
  return one?.startTime === other.startTime && one.command === other.command;
}

/** 53 bits by which a text is known again; the text itself, cut from all that ps printed, would keep all of it. */
export function digestOf(text: string): number {
  let high = 0xdeadbeef;
  let low = 0x41c6ce57;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    high = Math.imul(high ^ code, 2654435761);
    low = Math.imul(low ^ code, 1597334677);
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  return 4294967296 * (0x1fffff & low) + (high >>> 0);
}
