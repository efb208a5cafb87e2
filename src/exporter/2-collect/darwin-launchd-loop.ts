import type { LaunchdJob, LaunchdJobs } from "../../model/darwin.ts";
import type { Host } from "../../model/host.ts";
import { missing } from "../../model/figure.ts";
import type { Rlimits } from "../../model/reading.ts";
import { ask, type Told } from "./darwin-command.ts";
import {
  jobCommand,
  noLimits,
  parseJobLimits,
  parseJobPath,
  propertyListCommand,
} from "./darwin-launchd.ts";

/** A process, and those that it descends from, itself first: limits are inherited. */
export interface LaunchdTarget {
  readonly pid: number;
  readonly startTime: number;
  readonly lineage: readonly number[];
}

/** Limits that launchd gave to processes, found out in the background: once for each process, and for each job. */
export interface LaunchdLoop {
  /** Call once a second with the processes that are watched: what is not among them is forgotten. */
  tick(targets: readonly LaunchdTarget[]): void;
  of(process: { readonly pid: number; readonly startTime: number }): Rlimits;
  /** How the last round went, and how long it took. */
  lastRound(): { readonly success: boolean; readonly seconds: number };
  close(): void;
}

/** From one round to the next, for processes that are new and for what failed. */
const pauseSeconds = 30;
/** Discovery asks for jobs when it finds a process, and a round follows at once. */
const listSeconds = 5;

export function createLaunchdLoop(
  host: Pick<Host, "commands" | "clock" | "uid">,
  launchd: LaunchdJobs,
): LaunchdLoop {
  const found = new Map<string, Told<Rlimits>>();
  /** By label and pid of the job: one that is started anew may have another property list. */
  const ofJobs = new Map<string, Told<Rlimits>>();
  let wanted: ReadonlySet<string> = new Set();
  let running = false;
  let closed = false;
  let nextRound = -Infinity;
  let last = { success: true, seconds: 0 };

  async function round(targets: readonly LaunchdTarget[]): Promise<void> {
    running = true;
    const start = host.clock.monotonicSeconds();
    const told = await launchd.list(start - listSeconds);
    const jobs = "value" in told ? told.value : [];
    const byPid = new Map(jobs.map((job) => [job.pid, job]));
    for (const key of ofJobs.keys())
      if (!jobs.some((job) => jobKey(job) === key)) ofJobs.delete(key);
    for (const target of targets) {
      if (closed) break;
      const pid = target.lineage.find((pid) => byPid.has(pid));
      const job = pid === undefined ? undefined : byPid.get(pid);
      const limits = "missing" in told ? told : await limitsOf(job);
      if (wanted.has(keyOf(target))) found.set(keyOf(target), limits);
    }
    const end = host.clock.monotonicSeconds();
    last = { success: ![...found.values()].some(isError), seconds: end - start };
    nextRound = end + pauseSeconds;
    running = false;
  }

  async function limitsOf(job: LaunchdJob | undefined): Promise<Told<Rlimits>> {
    if (job === undefined) return { value: noLimits(missing("unsupported")) };
    const before = ofJobs.get(jobKey(job));
    if (before !== undefined && !isError(before)) return before;
    const limits = await readLimits(host, job.label);
    ofJobs.set(jobKey(job), limits);
    return limits;
  }

  return {
    tick(targets) {
      wanted = new Set(targets.map(keyOf));
      for (const key of found.keys()) if (!wanted.has(key)) found.delete(key);
      const due = targets.filter((target) => {
        const known = found.get(keyOf(target));
        return known === undefined || isError(known);
      });
      if (closed || running || due.length === 0 || host.clock.monotonicSeconds() < nextRound)
        return;
      void round(due);
    },
    of(process) {
      const told = found.get(keyOf(process));
      if (told === undefined) return noLimits(missing("not_measured"));
      return "value" in told ? told.value : noLimits(missing(told.missing));
    },
    lastRound: () => last,
    close() {
      closed = true;
    },
  };
}

/** Asks where the job's property list is, and for that. A job that has none sets no limits. */
async function readLimits(
  host: Pick<Host, "commands" | "clock" | "uid">,
  label: string,
): Promise<Told<Rlimits>> {
  // A service of the system may run as an ordinary user, and sees its own domain only.
  for (const domain of host.uid === 0 ? ["system"] : [`gui/${host.uid}`, "system"]) {
    const { told } = await ask(host, jobCommand(domain, label), parseJobPath);
    if (!("value" in told)) return told;
    const { path } = told.value;
    if (path !== undefined)
      return (await ask(host, propertyListCommand(path), parseJobLimits)).told;
  }
  return { value: noLimits(missing("unsupported")) };
}

function isError(told: Told<Rlimits>): boolean {
  return "missing" in told && told.missing === "error";
}

function keyOf({ pid, startTime }: { readonly pid: number; readonly startTime: number }): string {
  return `${pid}@${startTime}`;
}

function jobKey({ label, pid }: LaunchdJob): string {
  return `${label}@${pid}`;
}
