import type { Host } from "../../model/host.ts";
import type { Incident } from "../../model/incident.ts";
import type { Look, LookedLevel } from "../../model/look.ts";
import { processKey, type MlxProcess } from "../../model/process.ts";
import type { LevelEvent, Pressure } from "../../model/cgroup-reading.ts";
import { valueOf, type Figure } from "../../model/figure.ts";
import type { WorkloadCounters } from "../../model/view.ts";
import { createEndings } from "./endings.ts";
import { createLevelEventWatch } from "./level-events.ts";
import { createOomEvents } from "./oom-events.ts";
import { createOomWatch } from "./oom-watch.ts";
import { createPressureBook } from "./pressure-book.ts";
import { createRateBook } from "./rates.ts";
import { readOomCounts } from "./oom-count.ts";

/** The exporter's memory between looks: counters that outlive their processes, and rates. */
export interface Ledger {
  /** Takes in what a look saw, and tells what of it belongs into the log. */
  observe(look: Look): readonly Incident[];
  /** Counters by workload; a workload stays for 24 hours after its last process. */
  workloads(): ReadonlyMap<string, WorkloadCounters>;
  processCores(process: MlxProcess): Figure;
  /** Of a cgroup by its scope, or of the machine under `host`. */
  levelCores(scope: string): Figure;
  /** Monotonic seconds. */
  now(): number;
}

const noEvents = { additions: [], incidents: [] } as const;
const forgetAfterSeconds = 24 * 3600;

interface Account {
  cpuSeconds: number;
  starts: number;
  /** On all GPUs; absent until a driver kept it of one of its processes. */
  gpuSeconds: number | undefined;
  oomKills: number;
  /** Whether anything counts OOM kills around its processes: else 0 would say "never", which nobody knows. */
  oomCounted: boolean;
  otherExits: number;
  readonly levelEvents: Partial<Record<LevelEvent, number>>;
  /** By resource and kind. */
  readonly pressure: Map<string, Pressure>;
  readonly opened: number;
  lastSeen: number;
  lastServer: number;
  runtime: string;
  model: string | undefined;
  mlxVersion: string | undefined;
}

interface Tracked {
  readonly process: MlxProcess;
  cpuSeconds: number | undefined;
  gpuSeconds: number | undefined;
}

/**
 * Counters start at 0 when a workload is first seen and only ever add what happened since: never a process's past,
 * or `rate` and `increase` would show the exporter's own restart as a burst.
 */
export function createLedger(host: Host, maxWorkloads: number): Ledger {
  const accounts = new Map<string, Account>();
  const oomWatch = createOomWatch();
  const endings = createEndings();
  const levelWatch = createLevelEventWatch();
  const oomEvents = createOomEvents();
  const pressureBook = createPressureBook();
  const rates = createRateBook();
  /** A level says how much CPU it ever used; how much that is now is known here. */
  const withCores = (incident: Incident): Incident => {
    if (incident.kind !== "throttling_started" || incident.usage !== undefined) return incident;
    const usage = valueOf(rates.cores(`level ${incident.scope}`));
    return usage === undefined ? incident : { ...incident, usage };
  };
  let tracked = new Map<string, Tracked>();

  return {
    observe(look) {
      const time = host.clock.monotonicSeconds();
      const next = new Map<string, Tracked>();
      for (const { process, cpuSeconds, memory, mlxVersion, ...seen } of look.processes) {
        if (memory !== undefined) endings.remember(process, memory);
        const key = processKey(process);
        const seconds = valueOf(cpuSeconds);
        const account = accountOf(accounts, process, time);
        const gpuSeconds = seen.gpuSeconds && valueOf(seen.gpuSeconds);
        account.entry.mlxVersion = mlxVersion ?? account.entry.mlxVersion;
        account.entry.oomCounted ||= seen.oomFiles.length > 0;
        if (gpuSeconds !== undefined) account.entry.gpuSeconds ??= 0;
        const before = tracked.get(key);
        if (before === undefined) {
          if (account.known) account.entry.starts += 1;
        } else if (seconds !== undefined && before.cpuSeconds !== undefined) {
          account.entry.cpuSeconds += Math.max(0, seconds - before.cpuSeconds);
        }
        if (gpuSeconds !== undefined && before?.gpuSeconds !== undefined)
          account.entry.gpuSeconds =
            (account.entry.gpuSeconds ?? 0) + Math.max(0, gpuSeconds - before.gpuSeconds);
        if (seconds !== undefined) rates.look(`process ${key}`, seen.at ?? time, seconds);
        next.set(key, {
          process,
          cpuSeconds: seconds ?? before?.cpuSeconds,
          gpuSeconds: gpuSeconds ?? before?.gpuSeconds,
        });
      }
      for (const [scope, seconds] of look.cpuSeconds) rates.look(`level ${scope}`, time, seconds);

      const vanished = [...tracked]
        .filter(([key]) => !next.has(key))
        .map(([, entry]) => entry.process);
      const verdicts = oomWatch.observe(
        look.processes,
        vanished,
        (file) => readOomCounts(host, file),
        look.oomKilledContainers,
      );
      for (const process of verdicts.killed) bump(accounts, process, "oomKills");
      for (const process of verdicts.ended) bump(accounts, process, "otherExits");

      const events = look.levels === undefined ? noEvents : levelWatch.observe(look.levels);
      for (const level of look.levels ?? []) openCounts(accounts, level);
      const told = new Map<string, number>();
      for (const { workload, event, count } of events.additions) {
        if (event === "oom") {
          told.set(workload, (told.get(workload) ?? 0) + count);
          continue;
        }
        const counts = accounts.get(workload)?.levelEvents;
        if (counts !== undefined) counts[event] = (counts[event] ?? 0) + count;
      }
      const limited = verdicts.limited.map(({ workload }) => workload);
      for (const [workload, count] of oomEvents.observe(told, limited)) {
        const counts = accounts.get(workload)?.levelEvents;
        if (counts !== undefined) counts.oom = (counts.oom ?? 0) + count;
      }
      if (look.pressures !== undefined) {
        for (const { workload, lost } of pressureBook.observe(look.pressures))
          addPressure(accounts.get(workload), lost);
      }

      tracked = next;
      rates.forgetBefore(time - 60);
      forget(accounts, time, maxWorkloads);
      return [...events.incidents.map(withCores), ...endings.tell(verdicts)];
    },
    workloads: () => new Map([...accounts].map(([name, account]) => [name, countersOf(account)])),
    processCores: (process) => rates.cores(`process ${processKey(process)}`),
    now: () => host.clock.monotonicSeconds(),
    levelCores: (scope) => rates.cores(`level ${scope}`),
  };
}

/**
 * Forgets workloads without a process: those gone for 24 hours, and the longest gone once there are more than the cap.
 * Whoever starts a server under a new name each minute must not fill our memory.
 */
function forget(accounts: Map<string, Account>, time: number, maxWorkloads: number): void {
  const idle = [...accounts]
    .filter(([, account]) => account.lastSeen < time)
    .sort(([, a], [, b]) => a.lastSeen - b.lastSeen);
  for (const [name, account] of idle) {
    if (time - account.lastSeen <= forgetAfterSeconds && accounts.size <= maxWorkloads) return;
    accounts.delete(name);
  }
}

/** The account of a process's workload, opened at first sight; `known` says whether it was there before. */
function accountOf(
  accounts: Map<string, Account>,
  process: MlxProcess,
  time: number,
): { readonly entry: Account; readonly known: boolean } {
  let entry = accounts.get(process.workload);
  // Processes seen together with the workload for the first time were there before us: none of them is a start.
  const known = entry !== undefined && entry.opened < time;
  entry ??= {
    cpuSeconds: 0,
    starts: 0,
    gpuSeconds: undefined,
    oomKills: 0,
    oomCounted: false,
    otherExits: 0,
    levelEvents: {},
    pressure: new Map(),
    opened: time,
    lastSeen: time,
    lastServer: -Infinity,
    runtime: process.runtime,
    model: process.model,
    mlxVersion: undefined,
  };
  accounts.set(process.workload, entry);
  entry.lastSeen = time;
  if (process.role === "server") entry.lastServer = time;
  return { entry, known };
}

/** What is counted at a level is 0 before it happens, and absent where nothing counts it. */
function openCounts(accounts: ReadonlyMap<string, Account>, level: LookedLevel): void {
  for (const event of [...level.counts, ...(Object.keys(level.events) as LevelEvent[])]) {
    for (const workload of level.workloads) {
      const counts = accounts.get(workload)?.levelEvents;
      if (counts !== undefined) counts[event] ??= 0;
    }
  }
}

function addPressure(account: Account | undefined, lost: readonly Pressure[]): void {
  for (const { resource, kind, seconds } of lost) {
    const key = `${resource} ${kind}`;
    const before = account?.pressure.get(key)?.seconds ?? 0;
    account?.pressure.set(key, { resource, kind, seconds: before + seconds });
  }
}

function bump(
  accounts: Map<string, Account>,
  process: MlxProcess,
  field: "oomKills" | "otherExits",
): void {
  const account = accounts.get(process.workload);
  if (account === undefined) return;
  account[field] += 1;
  account.oomCounted ||= field === "oomKills";
}

function countersOf(account: Account): WorkloadCounters {
  const { cpuSeconds, gpuSeconds, starts, lastServer, runtime, model, mlxVersion } = account;
  const { oomCounted, oomKills, otherExits } = account;
  return {
    cpuSeconds,
    processStarts: starts,
    ...(gpuSeconds !== undefined && { gpuSeconds }),
    ...(oomCounted && { oomKills }),
    processExits: { ...(oomCounted && { oom_kill: oomKills }), unknown: otherExits },
    levelEvents: { ...account.levelEvents },
    pressure: [...account.pressure.values()],
    lastServerSeen: lastServer,
    runtime,
    ...(model !== undefined && { model }),
    ...(mlxVersion !== undefined && { mlxVersion }),
  };
}
