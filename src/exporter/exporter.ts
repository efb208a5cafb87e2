import { collectors, defaultCollectors, type CollectorName } from "../catalog/collectors.ts";
import type { Host, Roots } from "../model/host.ts";
import type { Incident } from "../model/incident.ts";
import type { Look } from "../model/look.ts";
import type { NvmlAnswer } from "../model/nvml.ts";
import { processKey } from "../model/process.ts";
import type { View } from "../model/view.ts";
import type { WorkloadRule } from "../model/workload-rule.ts";
import { createDiscoverer, type Discovery } from "./1-discover/discover.ts";
import { createCollector, type Asked } from "./2-collect/collect.ts";
import { createNvmlWatch } from "./2-collect/nvidia-watch.ts";
import { judge } from "./3-limits/judge.ts";
import { createLedger } from "./ledger/ledger.ts";
import { createDropCount } from "./ledger/drop-count.ts";
import { looksOf } from "./ledger/looks.ts";
import { createPidSeries } from "./ledger/pid-series.ts";
import { createRenames } from "./ledger/renames.ts";
import { createThreadBook } from "./ledger/thread-book.ts";
import { workloadViews } from "./ledger/workload-views.ts";

export { explain } from "./1-discover/explain.ts";

export interface ExporterOptions {
  readonly roots: Roots;
  readonly rules: readonly WorkloadRule[];
  readonly maxProcesses: number;
  readonly maxWorkloads: number;
  /** At most this many new processes an hour get series with their pid. */
  readonly maxNewPids?: number;
  /** What is read; those that run by default when absent. */
  readonly collectors?: ReadonlySet<CollectorName>;
  /** Hears, once for each kind, that something is left out. */
  readonly onDropped?: (kind: string, count: number) => void;
  /** Where processes report of their allocators; where the reporter writes by itself when absent. */
  readonly reportFolders?: readonly string[];
  /** Hears of limits that were reached and of processes that ended, as they are noticed. */
  readonly onIncident?: (incident: Incident) => void;
  /** NVIDIA's management library, if not the one that the linker finds. */
  readonly nvidiaLibrary?: string;
  /** How long a look waits for it. */
  readonly nvidiaPatienceSeconds?: number;
  /** Hears when what comes of asking it changes. */
  readonly onNvidia?: (answer: NvmlAnswer) => void;
}

/** Discover → collect → limits, with a memory between looks; `4-expose` shows what a look saw. */
export interface Exporter {
  /** Reads everything afresh: one scrape. */
  look(): Promise<View>;
  /** Call once a second: are the tracked processes alive, what CPU did they use, did the kernel kill one. */
  tick(): Promise<void>;
  /** Whether processes could be listed at all, last time. */
  readable(): boolean;
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
/** Between scrapes, new processes are looked for this often. */
const scanSeconds = 5;
/** When nobody scrapes, everything is read this often all the same. */
const passSeconds = 20;
/** A sample of NVML takes milliseconds, unless a call hangs. */
const nvidiaPatience = 0.5;

/** Resolves once it has looked for the first time: counters begin with the exporter, not with whoever first asks for them. */
export async function createExporter(host: Host, options: ExporterOptions): Promise<Exporter> {
  const { roots } = options;
  const atScrapes = options.collectors ?? defaultCollectors;
  const betweenScrapes = new Set([...atScrapes].filter((name) => !collectors[name].scrapesOnly));
  let rules = options.rules;
  const discoverer = createDiscoverer(host, roots, options);
  const collector = createCollector(host, roots, options.reportFolders);
  const ledger = createLedger(host, options.maxWorkloads);
  const dropCount = createDropCount();
  const renames = createRenames();
  const pidSeries = createPidSeries(options.maxNewPids ?? defaultNewPids);
  const threadBook = createThreadBook(host.ticksPerSecond);
  const told = new Set<string>();
  const nvml = atScrapes.has("nvidia")
    ? createNvmlWatch(
        host.clock,
        host.openNvml(options.nvidiaLibrary),
        options.nvidiaPatienceSeconds ?? nvidiaPatience,
        (answer) => options.onNvidia?.(answer),
      )
    : undefined;
  let discovery: Discovery = nothingYet;
  let lastScan = -Infinity;
  let lastPass = -Infinity;

  function observe(look: Look): void {
    for (const incident of ledger.observe(look)) options.onIncident?.(incident);
  }

  async function scan(patienceSeconds?: number) {
    lastScan = host.clock.monotonicSeconds();
    const found = await discoverer.discover(patienceSeconds);
    return { found, seconds: host.clock.monotonicSeconds() - lastScan };
  }

  /** Collect → remember. */
  function take(
    { found, seconds }: Awaited<ReturnType<typeof scan>>,
    on: ReadonlySet<CollectorName>,
    asked?: Asked,
  ) {
    lastPass = host.clock.monotonicSeconds();
    renames.observe(discovery.processes, found.processes);
    discovery = found;
    const collected = collector.collect(found.processes, on, asked);
    observe(looksOf(collected));
    const success = found.readable && found.blocked === 0;
    return {
      ...collected,
      outcomes: [{ collector: "discover", success, seconds }, ...collected.outcomes],
    };
  }

  take(await scan(firstPatienceSeconds), betweenScrapes);
  return {
    async look() {
      // Before the scan: what that finds must be taken at once, or an older look would undo a newer one.
      const sampled = await nvml?.look();
      const scanned = await scan();
      const { numbersAreOurs } = scanned.found;
      const {
        processes,
        host: hostReading,
        outcomes,
      } = take(scanned, atScrapes, sampled && { ...sampled, numbersAreOurs });
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
        collectors: outcomes,
        dropped,
      };
    },
    async tick() {
      const now = host.clock.monotonicSeconds();
      discoverer.review();
      nvml?.tick();
      const scanned = now - lastScan >= scanSeconds ? await scan() : undefined;
      if (scanned !== undefined && (now - lastPass >= passSeconds || isNews(scanned.found))) {
        take(scanned, betweenScrapes);
      } else observe(collector.pulse(discovery.processes));
    },
    readable: () => discovery.readable,
    running: () => new Set(discovery.processes.map(({ workload }) => workload)),
    configure(next) {
      renames.giveUp(rules.map(({ name }) => name));
      rules = next;
      discoverer.configure(next);
    },
    close() {
      nvml?.close();
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
