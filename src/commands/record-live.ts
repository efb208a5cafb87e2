import { softwareOf } from "../exporter/software.ts";
import { defaultCollectors, type CollectorName } from "../catalog/collectors.ts";
import { createExporter, type Exporter, type ExporterOptions } from "../exporter/exporter.ts";
import type { Call, Output } from "../model/command.ts";
import type { Host } from "../model/host.ts";
import { exporterOptions, nothingToSee, positive } from "./exporter-options.ts";
import { graceSeconds } from "./record-grace.ts";
import { importCommand, importProgram } from "./record-import.ts";
import { makeRecording } from "./record-make.ts";
import { livePlan, type LivePlan } from "./record-plan.ts";
import { firstSeen, selector, type Started, type Whose } from "./record-target.ts";
import type { Subject } from "./record-subject.ts";

/** Of everything that is read by default, what no recording holds. */
const unrecorded: ReadonlySet<CollectorName> = new Set<CollectorName>(["pressure", "io"]);

/** Records what runs now, or what it starts: whatever it started is ended with it. */
export async function recordLive(
  subject: Subject,
  call: Call,
  host: Host,
  output: Output,
): Promise<number> {
  const plan = livePlan(subject, call, host.files);
  const options = exporterOptions("record", call, host);
  const pid = call.options["pid"] === undefined ? undefined : positive("record", call, "pid");
  const stopping = new AbortController();
  host.onStop(() => {
    stopping.abort();
  });
  const { signal } = stopping;
  const facts = host.machineFacts().catch(() => undefined);
  const exporter = await createExporter(host, recordingOptions(plan, options));
  let started: Started | undefined;
  try {
    if (!exporter.readable()) throw nothingToSee(host, options.roots);
    started = await start(plan, call, host, exporter, options);
    const select = selector(host, options.roots, whose(subject, started?.child.pid ?? pid));
    const first = await firstSeen(host, exporter, select, subject.workload, started, signal);
    const [one] = first.processes;
    const software = one === undefined ? {} : await softwareOf(host, options.roots, one.process);
    const looking = { exporter, select, first, signal, facts: await facts, software };
    return await makeRecording(plan, { ...looking, ...(started && { started }) }, host, output);
  } finally {
    await started?.child.stop(graceSeconds);
    exporter.close();
    host.riskyFiles.close();
  }
}

/** Starts what is to be recorded, where it does not run already. */
async function start(
  plan: LivePlan,
  call: Call,
  host: Host,
  exporter: Exporter,
  { roots }: ExporterOptions,
): Promise<Started | undefined> {
  const given = call.command as [string, ...string[]] | undefined;
  const argv = plan.startsImport
    ? await importCommand(plan.subject, call, host, exporter, roots)
    : given;
  return argv && { child: await host.startCommand(argv), command: argv[0] };
}

/** What the exporter is to read, and how it is to know what it started itself. */
function recordingOptions({ subject, startsImport, interval }: LivePlan, options: ExporterOptions) {
  const collectors = new Set([...defaultCollectors].filter((name) => !unrecorded.has(name)));
  const { workload: name } = subject;
  const own = { name, match: { program: importProgram }, expect: "never" } as const;
  return {
    ...options,
    collectors,
    // What macOS's commands printed must not serve two samples.
    freshSeconds: interval / 2,
    rules: startsImport ? [own, ...options.rules] : options.rules,
  };
}

function whose({ workload }: Subject, pid: number | undefined): Whose {
  return pid === undefined ? { kind: "workload", name: workload } : { kind: "tree", pid };
}
