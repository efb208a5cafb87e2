import { collectorsOn, type CollectorName, type CollectorOn } from "../../catalog/collectors.ts";
import type { LaunchdJobs, NativeAnswer, NativeProcess, PsRow } from "../../model/darwin.ts";
import type { Host } from "../../model/host.ts";
import { processKey, type MlxProcess } from "../../model/process.ts";
import type { CgroupReading } from "../../model/cgroup-reading.ts";
import { missing, type Figure, type Reason } from "../../model/figure.ts";
import { noReport, type AllocatorReading, type ProcessReading } from "../../model/reading.ts";
import type { CollectorOutcome } from "../../model/view.ts";
import { readDarwinAllocator } from "./allocator-files.ts";
import { createCpuFloors } from "./darwin-floors.ts";
import { createFootprintLoop, type FootprintTarget } from "./darwin-footprint-loop.ts";
import { darwinGpu, sumOfGraphics } from "./darwin-gpu.ts";
import { createGpuTimeBook } from "./darwin-gpu-time.ts";
import { darwinHost } from "./darwin-host.ts";
import { noLimits } from "./darwin-launchd.ts";
import { createLaunchdJobs } from "./darwin-launchd-jobs.ts";
import { createLaunchdLoop } from "./darwin-launchd-loop.ts";
import { darwinUsage, graphicsBytes, nativeFinder } from "./darwin-process.ts";
import { lineageOf } from "./darwin-lineage.ts";
import { createDarwinWatch, switchedOff, type DarwinTable } from "./darwin-watch.ts";
import type { Collected, Pass } from "./pass.ts";

export interface DarwinCollectorOptions {
  /** Where processes report of their allocators, when that is not where the reporter writes by itself. */
  readonly reportFolders?: readonly string[];
  /** How long what ps and ioreg told serves everybody. */
  readonly freshSeconds?: number;
  /** Whether the GPU is asked about; it is when absent. */
  readonly gpu?: boolean;
  /** Whether launchd is; it is when absent. */
  readonly launchd?: boolean;
}

export interface DarwinCollector {
  /** What the machine's commands tell: discovery and `collect` share it. */
  look(): Promise<DarwinTable>;
  /** What launchd runs: shared as well. */
  readonly jobs: LaunchdJobs;
  /**
   * Makes a pass of a table, of what native calls answered and of what is known from the background; nothing is waited
   * for. A process that the table does not list has ended, and is left out. `nativeSeconds` is how long those calls took.
   */
  collect(
    table: DarwinTable,
    processes: readonly MlxProcess[],
    native: NativeAnswer<readonly NativeProcess[]>,
    on: ReadonlySet<CollectorName>,
    nativeSeconds?: number,
  ): Pass;
  /** Call once a second: looks in the background at what takes long, with the collectors that the last pass had on. */
  tick(processes: readonly MlxProcess[]): void;
  /** Waits for nothing. */
  close(): void;
}

type Timed = Exclude<CollectorOn<"darwin">, "discover">;
type Outcomes = Readonly<Record<Timed, Omit<CollectorOutcome, "collector">>>;

const nativeOff: NativeAnswer<never> = { kind: "off", why: "no_koffi", detail: "switched off" };

/** There are none on macOS, nor anything like them. */
const noCgroups: CgroupReading = {
  memory: [],
  cpu: [],
  pids: [],
  cpuset: [],
  missing: { memory: "unsupported", cpu: "unsupported", pids: "unsupported" },
  unavailable: [],
  oomFiles: [],
};

export function createDarwinCollector(
  host: Host,
  options: DarwinCollectorOptions = {},
): DarwinCollector {
  const watch = createDarwinWatch(host, options);
  const gpuTime = createGpuTimeBook();
  const floors = createCpuFloors();
  const footprints = createFootprintLoop(host);
  const jobs = createLaunchdJobs(host, options.launchd);
  const launchd = createLaunchdLoop(host, jobs);
  let observed: DarwinTable | undefined;
  let lastOn: ReadonlySet<CollectorName> = new Set();
  /** Processes of which native calls tell the whole footprint, so that nobody else is asked. */
  let toldNatively: ReadonlySet<string> = new Set();

  const readReport = (
    { pid, user, startTime }: MlxProcess,
    row: PsRow | { readonly missing: Reason },
  ): AllocatorReading =>
    "missing" in row
      ? noReport(row.missing)
      : readDarwinAllocator(
          host,
          { pid, uid: row.uid, startTime, ...(user !== undefined && { userName: user }) },
          options.reportFolders,
        );

  /** A table serves several passes, and GPU time is taken from it once. */
  function observe(table: DarwinTable): void {
    if (table === observed) return;
    observed = table;
    if ("value" in table.gpuClients && table.processes.kind === "listed")
      gpuTime.observe(table.gpuClients.value, table.processes.rows);
  }

  return {
    look: () => watch.look(),
    jobs,
    collect(table, processes, answer, on, nativeSeconds = 0) {
      observe(table);
      lastOn = on;
      const nativeOf = nativeFinder(on.has("native") ? answer : nativeOff);
      const rowOf = rowFinder(table);
      const collected = processes.flatMap((process): readonly Collected[] => {
        const row = rowOf(process);
        if (row === undefined) return [];
        const { pid, startTicks: startTime } = process;
        const native = nativeOf(process);
        const footprint =
          on.has("footprint") && "uid" in row
            ? footprints.of({ pid, startTime, uid: row.uid })
            : missing("not_measured");
        const sources = { row, native, footprint };
        const gpu = on.has("gpu")
          ? darwinGpu(table, { pid, startTime }, graphicsBytes(sources), gpuTime)
          : undefined;
        const reading: ProcessReading = {
          usage: floors.raise(process, darwinUsage(sources)),
          rlimits: on.has("launchd")
            ? launchd.of({ pid, startTime })
            : noLimits(missing("not_measured")),
          cgroup: noCgroups,
          allocator: on.has("allocator") ? readReport(process, row) : noReport("not_measured"),
          ...(gpu !== undefined && { gpu }),
        };
        const isNow = "cpuUserSeconds" in native && "value" in native.cpuUserSeconds;
        return [{ process, reading, ...(!isNow && { at: table.at }) }];
      });
      const alive = collected.map(({ process }) => process);
      floors.keep(alive);
      if (on.has("native"))
        toldNatively = new Set(alive.filter((p) => tellsFootprint(nativeOf(p))).map(processKey));
      const readings = collected.map(({ reading }) => reading);
      const mlxGraphicsBytes = sumOfGraphics(
        readings.map(({ gpu }) => gpu),
        on.has("gpu"),
      );
      const reports = readings.map(({ allocator }) => allocator);
      const shown = on.has("gpu") ? table : { ...table, accelerator: switchedOff };
      const hostReading = darwinHost(shown, host.cpuTimes(), { mlxGraphicsBytes, reports });
      const outcomes: Outcomes = {
        host: {
          success: "value" in hostReading.memoryTotalBytes && "value" in hostReading.cpuCores,
          seconds: table.seconds.host,
        },
        process: { success: table.processes.kind === "listed", seconds: table.seconds.process },
        gpu: {
          success: "value" in table.gpuClients && "value" in table.accelerator,
          seconds: table.seconds.gpu,
        },
        native: { success: answer.kind === "answered", seconds: nativeSeconds },
        footprint: footprints.lastRound(),
        launchd: launchd.lastRound(),
        // Refusing a bad report is its work, not its failure.
        allocator: { success: true, seconds: 0 },
      };
      return {
        processes: collected,
        host: hostReading,
        levels: [],
        outcomes: collectorsOn("darwin").flatMap((collector): readonly CollectorOutcome[] =>
          collector === "discover" || !on.has(collector) || isNotThere(collector, answer)
            ? []
            : [{ collector, ...outcomes[collector] }],
        ),
      };
    },
    tick(processes) {
      if (observed?.processes.kind !== "listed") return;
      const rowOf = rowFinder(observed);
      const parents = new Map(observed.processes.rows.map((row) => [row.pid, row.parentPid]));
      const targets = processes.flatMap((process): readonly FootprintTarget[] => {
        const row = rowOf(process);
        return row !== undefined && "uid" in row
          ? [{ pid: process.pid, startTime: process.startTicks, uid: row.uid }]
          : [];
      });
      footprints.tick(
        targets.filter(
          ({ pid, startTime }) =>
            lastOn.has("footprint") &&
            !toldNatively.has(processKey({ pid, startTicks: startTime })),
        ),
      );
      launchd.tick(
        lastOn.has("launchd")
          ? targets.map((target) => ({ ...target, lineage: lineageOf(target.pid, parents) }))
          : [],
      );
    },
    close() {
      footprints.close();
      launchd.close();
    },
  };
}

/** An optional dependency that is not installed does not fail: it does not run. */
function isNotThere(collector: CollectorName, answer: NativeAnswer<unknown>): boolean {
  return collector === "native" && answer.kind === "off" && answer.why === "no_koffi";
}

/** The row of a process; undefined when it has ended, or when its pid is another's by now. */
function rowFinder({
  processes,
}: DarwinTable): (process: MlxProcess) => PsRow | { readonly missing: Reason } | undefined {
  if (processes.kind === "unlisted") return () => missing(processes.reason);
  const byPid = new Map(processes.rows.map((row) => [row.pid, row]));
  return ({ pid, startTicks }) => {
    const row = byPid.get(pid);
    return row === undefined || row.zombie || row.startTime !== startTicks ? undefined : row;
  };
}

function tellsFootprint(native: NativeProcess | { readonly missing: Reason }): boolean {
  if ("missing" in native) return false;
  const has = (figure: Figure) => "value" in figure;
  return has(native.footprintBytes) && has(native.graphicsBytes);
}
