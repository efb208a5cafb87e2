import type { JobList, LaunchdJobs, PsRow } from "../../model/darwin.ts";
import type { Reason } from "../../model/figure.ts";
import type { Clock } from "../../model/host.ts";
import { within } from "../../model/within.ts";
import { ancestors, type Descent } from "./families.ts";
import { shownValue } from "./flag-values.ts";

/** The launchd job that a process is in. */
export type Job =
  | { readonly kind: "unit"; readonly label: string }
  /** It was started from an app or over ssh: the label is another at each start of these, and nobody's to look for. */
  | { readonly kind: "session" }
  /** In none of those that whoever asks is told of. */
  | { readonly kind: "none" }
  | { readonly kind: "unknown"; readonly reason: Reason };

/** Jobs of processes, found out when one is new and kept for its life: a job's label never changes. */
export interface JobBook {
  of(row: PsRow): Job;
  /** Finds those out that are not known yet, waiting a second at most. Never rejects. */
  learn(rows: readonly PsRow[], descentOf: DescentOf): Promise<void>;
  /** In how many seconds a process is worth another question; Infinity for never. */
  againIn(row: PsRow): number;
  /** Forgets all but these. */
  keepOnly(rows: ReadonlyMap<number, PsRow>): void;
}

type DescentOf = (pid: number) => Descent | undefined;

interface Entry {
  readonly startTime: number;
  /** When it was first asked about, in monotonic seconds: a list that was begun later must have its job. */
  readonly since: number;
  readonly job: Job;
}

/** launchctl takes milliseconds; where it hangs, workloads get their names without it. */
const patienceSeconds = 1;
/** What could not be told is asked for again after so long. */
const secondsBetweenQuestions = 60;

/** Not yet: the list was on its way when patience ended. */
const onItsWay: Job = { kind: "unknown", reason: "not_measured" };

export function createJobBook(clock: Clock, launchd: LaunchdJobs): JobBook {
  const entries = new Map<number, Entry>();
  const entryOf = ({ pid, startTime }: PsRow) => {
    const entry = entries.get(pid);
    return entry?.startTime === startTime ? entry : undefined;
  };

  return {
    of: (row) => entryOf(row)?.job ?? onItsWay,
    async learn(rows, descentOf) {
      const now = clock.monotonicSeconds();
      const open = rows.flatMap((row) => {
        const before = entryOf(row);
        if (before !== undefined && before.job.kind !== "unknown") return [];
        return [{ row, since: before?.since ?? now }];
      });
      if (open.length === 0) return;
      let list: JobList | undefined;
      const since = Math.max(...open.map((each) => each.since));
      const listing = launchd.list(since).then((told) => {
        list = told;
      });
      await within(clock, listing, patienceSeconds);
      const jobOf = finderIn(list, descentOf);
      for (const { row, since } of open)
        entries.set(row.pid, { startTime: row.startTime, since, job: jobOf(row) });
    },
    againIn(row) {
      const job = entryOf(row)?.job;
      if (job === onItsWay) return 0;
      return job?.kind === "unknown" && job.reason === "error" ? secondsBetweenQuestions : Infinity;
    },
    keepOnly(rows) {
      for (const [pid, { startTime }] of entries)
        if (rows.get(pid)?.startTime !== startTime) entries.delete(pid);
    },
  };
}

/** Of a process and those that it descends from the nearest that is a job's own. */
function finderIn(list: JobList | undefined, descentOf: DescentOf): (row: PsRow) => Job {
  if (list === undefined) return () => onItsWay;
  if ("missing" in list) return () => ({ kind: "unknown", reason: list.missing });
  const labels = new Map(list.value.map(({ pid, label }) => [pid, label]));
  return ({ pid, parentPid, startTime }) => {
    const line = [
      pid,
      ...ancestors({ pid, parentPid, startTicks: startTime }, descentOf).map((each) => each.pid),
    ];
    const job = line.find((each) => labels.has(each));
    return job === undefined ? { kind: "none" } : jobNamed(labels.get(job) ?? "");
  };
}

function jobNamed(label: string): Job {
  return sessionLabel.test(label)
    ? { kind: "session" }
    : { kind: "unit", label: shownValue(label) ?? "" };
}

const uuid = "[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}";
/** `application.com.apple.Terminal.1234.5678`, which LaunchServices makes for an app, and `com.openssh.sshd.UUID`. */
const sessionLabel = new RegExp(`^application\\..+\\.\\d+$|\\.${uuid}$`);
