import type { Host, Roots } from "../../model/host.ts";
import type { ProcStat } from "../../model/proc-stat.ts";
import type { WorkloadRule } from "../../model/workload-rule.ts";
import { classify } from "./classify.ts";
import type { Standing } from "./families.ts";
import {
  type Owner,
  readBootTime,
  readEnvironmentNames,
  readOwner,
  readVariables,
} from "./linux-identity.ts";
import { readCommandLine } from "./linux-processes.ts";

/** What a discovered process has besides its identity. */
export interface Facts {
  /** Unix seconds. */
  readonly startTime: number;
  readonly user?: string;
  readonly unit?: string;
}

/** What is known of the processes of one pass. */
export interface Pass {
  readonly standingOf: (pid: number) => Standing;
  readonly factsOf: (pid: number) => Facts | undefined;
}

/** What was found out about processes in earlier passes. */
export interface Memory {
  /** Looks at what is new, changed or due among these processes, and forgets all others. */
  examine(host: Host, roots: Roots, processes: readonly ProcStat[]): Pass;
  /** Names workloads by other rules from the next pass on: everything is due again, start times stay. */
  configure(rules: readonly WorkloadRule[]): void;
}

/**
 * One process. The command line itself is not kept: secrets live there, and thousands of processes are none of ours.
 */
interface Entry {
  readonly startTicks: number;
  readonly comm: string;
  /** When the command line is to be read again, on the clock that never steps. */
  readonly dueAt: number;
  readonly standing: Standing;
  owner?: Owner;
  /** Kept as first computed: the kernel's boot time moves with the wall clock, and a start must not. */
  startTime?: number;
}

/** A program may replace itself without a new pid, a shell its command for example: after this long it is looked at again. */
const secondsBetweenExaminations = 60;

/** Due when the rules have changed since. */
const atOnce = -Infinity;

/** Starts with nothing known; `rules` name the workloads. */
export function createMemory(initialRules: readonly WorkloadRule[]): Memory {
  const entries = new Map<number, Entry>();
  let rules = initialRules;

  return {
    configure(next) {
      rules = next;
      for (const [pid, entry] of entries) entries.set(pid, { ...entry, dueAt: atOnce });
    },
    examine(host, roots, processes) {
      const now = host.clock.monotonicSeconds();
      for (const stat of processes) {
        const known = entries.get(stat.pid);
        const same = known?.startTicks === stat.startTicks ? known : undefined;
        if (known !== undefined && same === undefined) entries.delete(stat.pid);
        if (same !== undefined && same.comm === stat.comm && now < same.dueAt) continue;
        // In state D reading a command line can block for ever. Another pass will find it in a better state.
        if (stat.state === "D") continue;
        const entry = examineOne(host, roots, rules, stat, now, same);
        if (entry !== undefined) entries.set(stat.pid, entry);
      }
      forgetOthers(entries, processes);
      return passOver(host, roots, entries);
    },
  };
}

function examineOne(
  host: Host,
  roots: Roots,
  rules: readonly WorkloadRule[],
  stat: ProcStat,
  now: number,
  known: Entry | undefined,
): Entry | undefined {
  const commandLine = readCommandLine(host, roots.procfs, stat.pid);
  if (commandLine.kind === "absent" || commandLine.kind === "failed") return undefined;
  const argv = commandLine.kind === "read" ? commandLine.argv : [];
  // In the middle of an exec the command line is empty for a moment. Do not settle on that.
  if (commandLine.kind === "read" && argv.length === 0) return undefined;
  let owner: Owner | undefined;
  const verdict = classify(argv, {
    platform: host.platform,
    rules,
    owner: () => (owner ??= readOwner(host, roots, stat.pid)),
    environmentNames: () => readEnvironmentNames(host, roots.procfs, stat.pid),
    variables: (names) => readVariables(host, roots.procfs, stat.pid, names),
  });
  return {
    startTicks: stat.startTicks,
    comm: stat.comm,
    // After a first look the next comes early, by a share that differs from pid to pid, or all would be due in one
    // pass for ever.
    dueAt:
      now +
      (known === undefined || known.dueAt === atOnce
        ? 1 + (stat.pid % secondsBetweenExaminations)
        : secondsBetweenExaminations),
    standing:
      verdict.kind === "mlx" ? verdict.identity : verdict.kind === "child" ? "child" : "other",
    ...(owner !== undefined && { owner }),
    ...(known?.startTime !== undefined && { startTime: known.startTime }),
  };
}

function forgetOthers(entries: Map<number, Entry>, processes: readonly ProcStat[]): void {
  const present = new Set(processes.map(({ pid }) => pid));
  for (const pid of entries.keys()) if (!present.has(pid)) entries.delete(pid);
}

function passOver(host: Host, roots: Roots, entries: ReadonlyMap<number, Entry>): Pass {
  let bootTime: number | undefined;
  return {
    standingOf: (pid) => entries.get(pid)?.standing ?? "other",
    factsOf(pid) {
      const entry = entries.get(pid);
      if (entry === undefined) return undefined;
      const { user, unit } = (entry.owner ??= readOwner(host, roots, pid));
      if (entry.startTime === undefined) {
        bootTime ??= readBootTime(host, roots.procfs);
        entry.startTime = startTimeOf(host, bootTime, entry.startTicks);
      }
      return {
        startTime: entry.startTime,
        ...(user !== undefined && { user }),
        ...(unit !== undefined && { unit }),
      };
    },
  };
}

/** Without a boot time the moment of discovery stands in: never too early, and a restart still moves it. */
function startTimeOf(host: Host, bootTime: number | undefined, startTicks: number): number {
  return bootTime === undefined
    ? host.clock.unixSeconds()
    : bootTime + startTicks / host.ticksPerSecond;
}
