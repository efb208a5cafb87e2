import { processKey, type MlxProcess } from "../../model/process.ts";

/** Decides which processes get series with their pid, so that a crash loop does not breed series. */
export interface PidSeries {
  /**
   * The keys of those of the processes that get series of their own. `unixSeconds` is compared with their start times,
   * `time` never steps.
   */
  admit(processes: readonly MlxProcess[], unixSeconds: number, time: number): ReadonlySet<string>;
  /** Processes so far that got none because of the cap. */
  refused(): number;
}

/** What lives shorter than this beside others of its workload leaves no series behind. */
const youngSeconds = 30;
const hourSeconds = 3600;

/**
 * What was there at the first look is admitted. Later ones are when they have lived for half a minute or are all their
 * workload has, and only so many in an hour. Once admitted a process stays so: its series must not come and go.
 */
export function createPidSeries(mostPerHour: number): PidSeries {
  let admitted: Set<string> | undefined;
  let admissions: number[] = [];
  let turnedAway = new Set<string>();
  let refused = 0;

  return {
    admit(processes, unixSeconds, time) {
      const present = new Set(processes.map(processKey));
      const crowd = countBy(processes, ({ workload }) => workload);
      admissions = admissions.filter((at) => time - at < hourSeconds);
      turnedAway = new Set([...turnedAway].filter((key) => present.has(key)));
      const first = admitted === undefined;
      const before = admitted;
      admitted = new Set([...(admitted ?? [])].filter((key) => present.has(key)));
      for (const process of processes) {
        const key = processKey(process);
        if (before?.has(key)) continue;
        const alone = crowd.get(process.workload) === 1;
        if (!first && !alone && unixSeconds - process.startTime < youngSeconds) continue;
        if (first || admissions.length < mostPerHour) {
          admitted.add(key);
          if (!first) admissions.push(time);
        } else if (!turnedAway.has(key)) {
          turnedAway.add(key);
          refused += 1;
        }
      }
      return admitted;
    },
    refused: () => refused,
  };
}

function countBy<T>(items: readonly T[], key: (item: T) => string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(key(item), (counts.get(key(item)) ?? 0) + 1);
  return counts;
}
