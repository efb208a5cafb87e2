import { collectors, defaultCollectors, type CollectorName } from "../catalog/collectors.ts";
import type { Host } from "../model/host.ts";
import type { Look } from "../model/look.ts";
import { processKey } from "../model/process.ts";
import type { Unseen } from "../model/unseen.ts";
import type { View } from "../model/view.ts";
import type { WorkloadRule } from "../model/workload-rule.ts";
import type { Discovery } from "./1-discover/discover.ts";
import { judge } from "./3-limits/judge.ts";
import { createLedger } from "./ledger/ledger.ts";
import { createDropCount } from "./ledger/drop-count.ts";
import { looksOf } from "./ledger/looks.ts";
import { createPidSeries } from "./ledger/pid-series.ts";
import { createRenames } from "./ledger/renames.ts";
import { createThreadBook } from "./ledger/thread-book.ts";
import { workloadViews } from "./ledger/workload-views.ts";
import { createDarwinMachine } from "./darwin-machine.ts";
import { createLinuxMachine } from "./linux-machine.ts";
import type { Machine, Scan } from "./machine.ts";
import type { ExporterOptions } from "./options.ts";

export type { ExporterOptions } from "./options.ts";
export { explain } from "./explain.ts";

/** Discover → collect → limits, with a memory between looks; `4-expose` shows what a look saw. */
export interface Exporter {
  /** Reads everything afresh: one scrape. */
  look(): Promise<View>;
  /** Call once a second: are the tracked processes alive, what CPU did they use, did the kernel kill one. */
  tick(): Promise<void>;
  /** Whether processes could be listed at all, last time. */
  readable(): boolean;
  /** Why processes may run that were not seen, last time; undefined where all are. */
  unseen(): Unseen | undefined;
  /** Names of the workloads that had a process when processes were last listed. */
  running(): ReadonlySet<string>;
  /** Names workloads by other rules from the next look on; counters of workloads stay. */
  configure(rules: readonly WorkloadRule[]): void;
  /** Lets go of what it holds open. */
  close(): void;
}

const nothingYet: Discovery = {
  processes: [],
  dropped: { processes: 0, workloads: 0, labels: 0 },
  readable: false,
  blocked: 0,
  numbersAreOurs: false,
};

/** A process has some fifty series: this is what an hour of a crash loop may cost a Prometheus. */
export const defaultNewPids = 256;
/** The first look finds what ran before: better late than without it. */
const firstPatienceSeconds = 5;
/** When nobody scrapes, everything is read this often all the same. */
const passSeconds = 20;

/** Resolves once it has looked for the first time: counters begin with the exporter, not with whoever first asks for them. */
export async function createExporter(host: Host, options: ExporterOptions): Promise<Exporter> {
  const atScrapes = options.collectors ?? defaultCollectors;
  const betweenScrapes = new Set([...atScrapes].filter((name) => !collectors[name].scrapesOnly));
  let rules = options.rules;
  const machine = machineOf(host, options);
  const ledger = createLedger(host, options.maxWorkloads);
  const dropCount = createDropCount();
  const renames = createRenames();
  const pidSeries = createPidSeries(options.maxNewPids ?? defaultNewPids);
  const threadBook = createThreadBook(host.ticksPerSecond);
  const told = new Set<string>();
  let discovery: Discovery = nothingYet;
  let lastScan = -Infinity;
  let lastPass = -Infinity;

  function observe(look: Look): void {
    const oomKilledContainers = machine.oomKilledContainers?.();
    const whole = oomKilledContainers === undefined ? look : { ...look, oomKilledContainers };
    for (const incident of ledger.observe(whole)) options.onIncident?.(incident);
  }

  function scan(on: ReadonlySet<CollectorName>, patienceSeconds?: number): Promise<Scan> {
    lastScan = host.clock.monotonicSeconds();
    return machine.scan(on, patienceSeconds);
  }

  /** Collect → remember. */
  function take({ found, seconds, collect }: Scan) {
    lastPass = host.clock.monotonicSeconds();
    renames.observe(discovery.processes, found.processes);
    discovery = found;
    const collected = collect();
    observe(looksOf(collected));
    const success = found.readable && found.blocked === 0;
    return {
      ...collected,
      outcomes: [{ collector: "discover", success, seconds }, ...collected.outcomes],
    };
  }

  take(await scan(betweenScrapes, firstPatienceSeconds));
  return {
    async look() {
      const { processes, host: hostReading, outcomes } = take(await scan(atScrapes));
      const ownSeries = pidSeries.admit(
        discovery.processes,
        host.clock.unixSeconds(),
        host.clock.monotonicSeconds(),
      );
      const { labels, ...left } = dropCount.add(discovery.dropped);
      const dropped = { ...left, churn: pidSeries.refused(), label: labels };
      for (const [kind, count] of Object.entries(dropped)) tellDropped(kind, count);
      const judged = threadBook.observe(judge(processes, hostReading, ledger, ownSeries));
      return {
        processes: judged,
        workloads: workloadViews(judged, rules, {
          now: () => ledger.now(),
          workloads: () => renames.forgive(ledger.workloads()),
        }),
        host: hostReading,
        ...(discovery.unseen !== undefined && { unseen: discovery.unseen }),
        collectors: outcomes,
        dropped,
      };
    },
    async tick() {
      const now = host.clock.monotonicSeconds();
      machine.tick(discovery.processes);
      const scanned =
        now - lastScan >= machine.scanSeconds ? await scan(betweenScrapes) : undefined;
      const isDue = scanned !== undefined && now - lastPass >= passSeconds;
      if (scanned !== undefined && (isDue || machine.pulse === undefined || isNews(scanned.found)))
        take(scanned);
      else if (machine.pulse !== undefined) observe(machine.pulse(discovery.processes));
    },
    readable: () => discovery.readable,
    unseen: () => discovery.unseen,
    running: () => new Set(discovery.processes.map(({ workload }) => workload)),
    configure(next) {
      renames.giveUp(rules.map(({ name }) => name));
      rules = next;
      machine.configure(next);
    },
    close() {
      machine.close();
    },
  };

  /** Once for each kind: it goes on being counted. */
  function tellDropped(kind: string, count: number): void {
    if (count === 0 || told.has(kind)) return;
    told.add(kind);
    options.onDropped?.(kind, count);
  }

  /** Whether there are other processes than in the last pass, or under other names. */
  function isNews(found: Discovery): boolean {
    const names = ({ processes }: Discovery) =>
      processes.map((process) => `${processKey(process)} ${process.workload}`).join("\n");
    return names(found) !== names(discovery);
  }
}

function machineOf(host: Host, options: ExporterOptions): Machine {
  return host.platform === "darwin"
    ? createDarwinMachine(host, options)
    : createLinuxMachine(host, options);
}
