import type { CollectorName } from "../catalog/collectors.ts";
import type { Look } from "../model/look.ts";
import type { MlxProcess } from "../model/process.ts";
import type { WorkloadRule } from "../model/workload-rule.ts";
import type { Discovery } from "./1-discover/discover.ts";
import type { Pass } from "./2-collect/pass.ts";

/** What one look for processes found, and the reading of it. */
export interface Scan {
  readonly found: Discovery;
  /** How long the looking took. */
  readonly seconds: number;
  /**
   * Reads the host and what was found. To be called at once: what was found is as old as the scan, and an older one must
   * never be taken for a newer one.
   */
  readonly collect: () => Pass;
}

/** The half of an exporter that knows the platform: it finds processes and reads them. */
export interface Machine {
  /** Looks for processes, and asks meanwhile what can only be had by waiting. `on` is what will be collected. */
  scan(on: ReadonlySet<CollectorName>, patienceSeconds?: number): Promise<Scan>;
  /** The light look between two passes, at the processes of the last one; absent where none is light. */
  pulse?(processes: readonly MlxProcess[]): Look;
  /**
   * Containers in which a process was killed for lack of memory since this was last called, as their engines say;
   * undefined where none is followed.
   */
  oomKilledContainers?(): readonly string[] | undefined;
  /** Call once a second. */
  tick(processes: readonly MlxProcess[]): void;
  /** Names workloads by other rules from the next scan on. */
  configure(rules: readonly WorkloadRule[]): void;
  /** Lets go of what it holds open. */
  close(): void;
  /** Between scrapes, new processes are looked for this often. */
  readonly scanSeconds: number;
}
