import type { Host, Roots } from "../../model/host.ts";

/** Processes to look at because they are, or may be, new. */
export interface Births {
  /** True when `pids` is every process there is; false when it holds what came since the last look, threads among it. */
  readonly complete: boolean;
  readonly pids: readonly number[];
}

/** Finds new processes without listing all the others each time. */
export interface BirthWatch {
  /** `known` is how many processes are known: with many births among few processes a list is cheaper. */
  look(host: Host, roots: Roots, known: number): Births;
  /** Whether pids are seen as the kernel gives them out to us; false where another namespace's procfs is watched. */
  numbersAreOurs(): boolean;
}

/** Whatever the counters say, everything is listed after this long. */
const secondsBetweenLists = 60;
/** With so few births it never pays to list. */
const fewBirths = 64;

/**
 * The kernel gives pids out in ascending order and says which one was last, as the last number of /proc/loadavg: what
 * is new since the last look lies between the two. That number is of our own PID namespace. Where another's procfs is
 * watched, the fork counter of /proc/stat, which counts the whole machine, still tells when nothing is new.
 */
export function createBirthWatch(): BirthWatch {
  let listedAt = -Infinity;
  let last: Marks | undefined;
  let ours: boolean | undefined;

  return {
    look(host, roots, known) {
      ours ??= seesOwnNamespace(host, roots);
      const now = host.clock.monotonicSeconds();
      const marks = ours ? readLastPid(host, roots) : readForks(host, roots);
      const pids =
        last === undefined || marks === undefined || now - listedAt >= secondsBetweenLists
          ? undefined
          : bornBetween(last, marks, Math.max(fewBirths, known / 8));
      last = marks;
      if (pids !== undefined) return { complete: false, pids };
      listedAt = now;
      return { complete: true, pids: listPids(host, roots.procfs) };
    },
    numbersAreOurs: () => ours === true,
  };
}

/** Where a counter stands: the last pid that was given out and the highest there can be, or the forks so far. */
type Marks = { readonly lastPid: number; readonly pidMax: number } | { readonly forks: number };

function bornBetween(before: Marks, after: Marks, most: number): readonly number[] | undefined {
  if ("forks" in before) return "forks" in after && after.forks === before.forks ? [] : undefined;
  if ("forks" in after) return undefined;
  const { pidMax } = after;
  // Past the highest pid the count begins again from the bottom.
  const count = (after.lastPid - before.lastPid + pidMax) % pidMax;
  if (count > most) return undefined;
  return Array.from({ length: count }, (_, index) => ((before.lastPid + index) % pidMax) + 1);
}

/** The NSpid line of a process names its pid in every namespace from the procfs's down to its own. */
function seesOwnNamespace(host: Host, roots: Roots): boolean {
  const status = host.files.read(`${roots.procfs}/self/status`);
  if (status.kind !== "read") return false;
  return /^NSpid:\s+\d+$/m.test(status.bytes.toString("latin1"));
}

function readLastPid(host: Host, roots: Roots): Marks | undefined {
  const load = host.files.readKept(`${roots.procfs}/loadavg`);
  const highest = host.files.readKept(`${roots.procfs}/sys/kernel/pid_max`);
  if (load.kind !== "read" || highest.kind !== "read") return undefined;
  const lastPid = parseLastPid(load.text);
  const pidMax = Number(highest.text);
  return lastPid === undefined || !(pidMax > 0) ? undefined : { lastPid, pidMax };
}

/** The last number of `0.20 0.18 0.12 1/80 11206`, proc_loadavg(5). */
export function parseLastPid(text: string): number | undefined {
  const digits = /^\S+ \S+ \S+ \d+\/\d+ (\d{1,10})\s*$/.exec(text)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

function readForks(host: Host, roots: Roots): Marks | undefined {
  const stat = host.files.readKept(`${roots.procfs}/stat`);
  const forks = stat.kind === "read" ? parseForks(stat.text) : undefined;
  return forks === undefined ? undefined : { forks };
}

/** The line `processes 86031` among the counters: processes and threads made since boot, proc_stat(5). */
export function parseForks(stat: string): number | undefined {
  const digits = /^processes (\d{1,15})$/m.exec(stat)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** Every process that procfs shows; none when it is not mounted there. */
export function listPids(host: Host, procfs: string): readonly number[] {
  const listing = host.files.list(procfs);
  if (listing.kind !== "listed") return [];
  return listing.names.filter((name) => /^\d+$/.test(name)).map(Number);
}
