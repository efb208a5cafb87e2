import type { DarwinNative, LaunchdJobs, ProcessTable, PsRow } from "../../model/darwin.ts";
import type { Host } from "../../model/host.ts";
import { within } from "../../model/within.ts";
import type { WorkloadRule } from "../../model/workload-rule.ts";
import { capped } from "./caps.ts";
import { createDarwinMemory } from "./darwin-memory.ts";
import { createJobBook } from "./darwin-jobs.ts";
import { createUserNames } from "./darwin-user-names.ts";
import { type DiscovererOptions, type Discovery, usualPatience } from "./discover.ts";
import { ancestors, type Descent } from "./families.ts";
import { type Facts, membersAmong } from "./members.ts";
import { lineageOf } from "./own-lineage.ts";

export interface DarwinDiscoverer {
  /**
   * Finds the MLX processes of a table. Resolves within `patienceSeconds`, whatever blocks: what is not known by then
   * is in a later discovery. A table that could not be had changes nothing, for it says nothing of any process's end.
   */
  discover(table: ProcessTable, patienceSeconds?: number): Promise<Discovery>;
  /** Names workloads by other rules from the next discovery on. */
  configure(rules: readonly WorkloadRule[]): void;
}

type DescentOf = (pid: number) => Descent | undefined;

/** Finds MLX processes on macOS, table after table. Only what is new or changed in one is looked at. */
export function createDarwinDiscoverer(
  host: Host,
  options: DiscovererOptions,
  native: Pick<DarwinNative, "commandLines">,
  launchd: LaunchdJobs,
): DarwinDiscoverer {
  const { maxProcesses = 256, maxWorkloads = 64 } = options;
  let rules = options.rules;
  const memory = createDarwinMemory(host.clock, {
    host,
    native,
    names: createUserNames(host.commands),
    jobs: createJobBook(host.clock, launchd),
  });
  let last = capped([], maxProcesses, maxWorkloads);
  let examining = Promise.resolve();

  function examine(rows: readonly PsRow[], descentOf: DescentOf): Promise<void> {
    const own = memory.examine(rows, rules, descentOf);
    // Another discovery's may be about to find what this one is asked for. What went wrong there was said then.
    examining = Promise.all([examining.catch(() => undefined), own]).then(() => undefined);
    return examining;
  }

  /** A child that carries no name of its own is in the job of the process it works for. */
  function factsOf(pid: number, descentOf: DescentOf): Facts | undefined {
    const facts = memory.factsOf(pid);
    const descent = descentOf(pid);
    if (facts === undefined || descent === undefined) return facts;
    const line = [descent, ...ancestors(descent, descentOf)];
    const job = line.map((each) => memory.jobOf(each.pid)).find((each) => each !== undefined);
    return {
      ...facts,
      ...(job?.kind === "unit" && { unit: job.label }),
      ...(job?.kind === "unknown" && { unitMissing: job.reason }),
    };
  }

  return {
    configure(next) {
      rules = next;
    },
    async discover(table, patienceSeconds = usualPatience) {
      if (table.kind === "listed") {
        const alive = table.rows.filter(({ zombie }) => !zombie);
        const due = memory.due(alive, rules);
        const descentOf = descentsOf(table.rows);
        if (due.length > 0) await within(host.clock, examine(due, descentOf), patienceSeconds);
        const living = new Set(alive.map(({ pid }) => pid));
        const members = membersAmong(
          memory.relevant().filter((pid) => living.has(pid)),
          lineageOf(host.pid, descentOf),
          { ...memory, descentOf, factsOf: (pid) => factsOf(pid, descentOf) },
        );
        last = capped(members, maxProcesses, maxWorkloads);
      }
      return {
        ...last,
        readable: table.kind === "listed",
        blocked: memory.blocked(),
        numbersAreOurs: true,
      };
    },
  };
}

/** Where each process of a table stands in the tree. */
export function descentsOf(rows: readonly PsRow[]): (pid: number) => Descent | undefined {
  const byPid = new Map(rows.map((row) => [row.pid, row]));
  return (pid) => {
    const row = byPid.get(pid);
    return row && { pid, parentPid: row.parentPid, startTicks: row.startTime };
  };
}
