import type { Host, Roots } from "../model/host.ts";
import type { Incident } from "../model/incident.ts";
import type { Look } from "../model/look.ts";
import type { View } from "../model/view.ts";
import type { WorkloadRule } from "../model/workload-rule.ts";
import { createDiscoverer, type Discovery } from "./1-discover/discover.ts";
import { createCollector } from "./2-collect/collect.ts";
import { judge } from "./3-limits/judge.ts";
import { createLedger } from "./ledger/ledger.ts";
import { createDropCount } from "./ledger/drop-count.ts";
import { looksOf } from "./ledger/looks.ts";
import { createRenames } from "./ledger/renames.ts";
import { workloadViews } from "./ledger/workload-views.ts";

export { explain } from "./1-discover/explain.ts";

export interface ExporterOptions {
  readonly roots: Roots;
  readonly rules: readonly WorkloadRule[];
  readonly maxProcesses: number;
  readonly maxWorkloads: number;
  /** Hears of limits that were reached and of processes that ended, as they are noticed. */
  readonly onIncident?: (incident: Incident) => void;
}

/** Discover → collect → limits, with a memory between looks; `4-expose` shows what a look saw. */
export interface Exporter {
  /** Reads everything afresh: one scrape. */
  look(): Promise<View>;
  /** Call once a second: are the tracked processes alive, what CPU did they use, did the kernel kill one. */
  tick(): Promise<void>;
  /** Whether processes could be listed at all, last time. */
  readable(): boolean;
  /** Names workloads by other rules from the next look on; counters of workloads stay. */
  configure(rules: readonly WorkloadRule[]): void;
}

const nothingYet: Discovery = {
  processes: [],
  dropped: { processes: 0, workloads: 0 },
  seen: 0,
  readable: false,
};

/** Between scrapes, new processes are looked for this often. */
const scanSeconds = 5;

/** Resolves once it has looked for the first time: counters begin with the exporter, not with whoever first asks for them. */
export async function createExporter(host: Host, options: ExporterOptions): Promise<Exporter> {
  const { roots } = options;
  let rules = options.rules;
  const discoverer = createDiscoverer(options);
  const collector = createCollector(host, roots);
  const ledger = createLedger(host, options.maxWorkloads);
  const dropCount = createDropCount();
  const renames = createRenames();
  let discovery: Discovery = nothingYet;
  let lastPass = -Infinity;

  function observe(look: Look): void {
    for (const incident of ledger.observe(look)) options.onIncident?.(incident);
  }

  /** Discover → collect → remember. */
  async function pass() {
    const started = host.clock.monotonicSeconds();
    const before = discovery.processes;
    discovery = await Promise.resolve(discoverer.discover(host, roots));
    renames.observe(before, discovery.processes);
    const seconds = host.clock.monotonicSeconds() - started;
    const collected = collector.collect(discovery.processes);
    observe(looksOf(collected));
    lastPass = started;
    return {
      ...collected,
      outcomes: [
        { collector: "discover", success: discovery.readable, seconds },
        ...collected.outcomes,
      ],
    };
  }

  await pass();
  return {
    async look() {
      const { processes, host: hostReading, outcomes } = await pass();
      const judged = judge(processes, hostReading, ledger);
      return {
        processes: judged,
        workloads: workloadViews(judged, rules, {
          now: () => ledger.now(),
          workloads: () => renames.forgive(ledger.workloads()),
        }),
        host: hostReading,
        collectors: outcomes,
        dropped: dropCount.add(discovery.dropped),
      };
    },
    async tick() {
      if (host.clock.monotonicSeconds() - lastPass >= scanSeconds) await pass();
      else observe(collector.pulse(discovery.processes));
    },
    readable: () => discovery.readable,
    configure(next) {
      renames.giveUp(rules.map(({ name }) => name));
      rules = next;
      discoverer.configure(next);
    },
  };
}
