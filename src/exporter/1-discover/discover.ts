import type { Host, Roots } from "../../model/host.ts";
import { isDead } from "../../model/proc-stat.ts";
import type { MlxProcess } from "../../model/process.ts";
import type { Unseen } from "../../model/unseen.ts";
import { within } from "../../model/within.ts";
import type { WorkloadRule } from "../../model/workload-rule.ts";
import { createAgenda } from "./agenda.ts";
import { capped, type Dropped } from "./caps.ts";
import { type Criteria, criteriaOf } from "./criteria.ts";
import { createBirthWatch } from "./linux-births.ts";
import { readUnseen } from "./linux-unseen.ts";
import { membersAmong } from "./members.ts";
import { createMemory } from "./memory.ts";
import { ownLineage } from "./own-lineage.ts";
import { createRolling } from "./rolling.ts";
import { createTree, type StatOf } from "./tree.ts";

export interface DiscovererOptions extends Partial<Criteria> {
  readonly rules: readonly WorkloadRule[];
  readonly maxProcesses?: number;
  readonly maxWorkloads?: number;
}

/** What one look at the machine found. */
export interface Discovery {
  /** Sorted by pid. */
  readonly processes: readonly MlxProcess[];
  readonly dropped: Dropped;
  /** False when there is no process at all to see: procfs is not mounted there. */
  readonly readable: boolean;
  /** How many processes could not be looked at because reading their command line blocks. */
  readonly blocked: number;
  /** Whether pids are seen as the kernel gives them out to us; false where another namespace's procfs is watched. */
  readonly numbersAreOurs: boolean;
  /** Why there may be processes that are not seen; absent where all are, and where nothing can be listed. */
  readonly unseen?: Unseen;
}

export interface Discoverer {
  /** Resolves within `patienceSeconds`, whatever blocks: what is not known by then is in a later discovery. */
  discover(patienceSeconds?: number): Promise<Discovery>;
  /** Call now and then: looks, a few at a time, whether known processes have become others. */
  review(): void;
  /** Names workloads by other rules from the next pass on. */
  configure(rules: readonly WorkloadRule[]): void;
}

/** How long a scrape waits for command lines, in seconds: they take a millisecond, unless one blocks. */
export const usualPatience = 0.25;

/**
 * Finds MLX processes, pass after pass. What a pass costs follows the processes that are MLX and those that are new,
 * not all the others: these are looked at once, and reviewed once a minute.
 */
export function createDiscoverer(host: Host, roots: Roots, options: DiscovererOptions): Discoverer {
  const { maxProcesses = 256, maxWorkloads = 64 } = options;
  let criteria = criteriaOf(options);
  let changesOfHousing = criteria.housing.changes();
  const agenda = createAgenda();
  const births = createBirthWatch();
  const memory = createMemory(
    host,
    roots,
    () => criteria,
    agenda,
    () => births.numbersAreOurs(),
  );
  const shareOfTheMinute = createRolling(
    () => memory.pids(),
    () => memory.size,
  );
  let everSawOne = false;
  let unseen: Unseen | undefined;
  let toExamine: readonly number[] = [];
  let examining = Promise.resolve();
  let unfinished = 0;

  function examine(pids: readonly number[]): Promise<void> {
    unfinished += 1;
    const own = memory.examine(pids).finally(() => (unfinished -= 1));
    // What went wrong earlier was said then.
    examining = Promise.all([examining.catch(() => undefined), own]).then(() => undefined);
    return examining;
  }

  /** Everything that may be another process than it was, or that nobody has looked at. */
  function newcomers(statOf: StatOf): readonly number[] {
    const now = host.clock.monotonicSeconds();
    const reused = memory.reused(statOf);
    const born = births.look(host, roots, memory.size);
    if (born.complete) {
      everSawOne = born.pids.length > 0;
      unseen = everSawOne ? readUnseen(host, roots) : undefined;
      memory.keepOnly(born.pids);
    }
    const first = memory.size === 0;
    const unknown = born.pids.filter((pid) => !memory.knows(pid));
    // What the first look finds has had the time to become what it is; the review sees to the rest.
    // The kernel gives a pid out a moment before it shows the process, so this holds for those that are not there, too.
    if (!first) for (const pid of unknown) agenda.afterBirth(pid, now);
    const known = born.complete ? [] : born.pids.filter((pid) => memory.knows(pid));
    const again = memory.changed([...known, ...agenda.due(now)]);
    const waiting = toExamine;
    toExamine = [];
    return [...reused, ...unknown, ...again, ...waiting];
  }

  return {
    configure(next) {
      criteria = { ...criteria, rules: next };
      toExamine = [...toExamine, ...iterate(memory.pids())];
    },
    review() {
      const changes = criteria.housing.changes();
      const known = changes === changesOfHousing ? [] : iterate(memory.pids());
      changesOfHousing = changes;
      toExamine = [
        ...known,
        ...toExamine,
        ...memory.changed(shareOfTheMinute(host.clock.monotonicSeconds())),
      ];
    },
    async discover(patienceSeconds = usualPatience) {
      const before = createTree(host, roots);
      const pids = newcomers(before);
      // Another discovery's examination may be about to find what this one is asked for.
      const waits = pids.length > 0 || unfinished > 0;
      if (waits) await within(host.clock, examine(pids), patienceSeconds);
      const statOf = waits ? createTree(host, roots) : before;
      const processes = capped(membersOf(statOf), maxProcesses, maxWorkloads);
      return {
        ...processes,
        readable: everSawOne,
        blocked: memory.blocked(),
        numbersAreOurs: births.numbersAreOurs(),
        ...(unseen !== undefined && { unseen }),
      };
    },
  };

  function membersOf(statOf: StatOf): readonly MlxProcess[] {
    const relevant = memory.relevant();
    if (relevant.length === 0) return [];
    const alive = relevant.filter((pid) => {
      const stat = statOf(pid);
      return stat !== undefined && !isDead(stat);
    });
    return membersAmong(alive, ownLineage(host, roots, statOf), { ...memory, descentOf: statOf });
  }
}

function iterate(numbers: Iterator<number>): readonly number[] {
  const all: number[] = [];
  for (let next = numbers.next(); next.done !== true; next = numbers.next()) all.push(next.value);
  return all;
}
