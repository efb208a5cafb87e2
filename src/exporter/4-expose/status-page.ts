import { createHash } from "node:crypto";
import Handlebars from "handlebars";
import type { ConfigState } from "../../model/config-state.ts";
import type { MachineFacts } from "../../model/host.ts";
import { inUnits } from "../../model/in-units.ts";
import { valueOf, type Figure, type Reason } from "../../model/figure.ts";
import { unseenField, unseenSentences } from "../../model/unseen.ts";
import { tightestOf, urgencyOf, worstFirst, type Urgency } from "../../model/urgency.ts";
import type { View } from "../../model/view.ts";
import { probeProblem } from "./probe-problem.ts";
import { fullness, processRow } from "./status-page-row.ts";
import { pageScript } from "./status-page-script.ts";
import { pageStyle } from "./status-page-style.ts";
import { pageTemplate } from "./status-page-template.ts";

/** What the page says beside the figures. */
export interface PageFacts {
  readonly version: string;
  /** Unix seconds at which the page was asked for. */
  readonly now: number;
  /** Absent until the machine has been asked. */
  readonly machine?: MachineFacts;
  /** Absent without a config file. */
  readonly config?: ConfigState | undefined;
}

/** The only doorway to handlebars in this wing; values are escaped, because argv is hostile. */
const render = Handlebars.compile(pageTemplate, { strict: true });

const hash = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

/** Only the page's own style and script run, whatever a process calls itself; it asks nobody but its exporter. */
export const pagePolicy = [
  "default-src 'none'",
  `style-src ${hash(pageStyle)}`,
  `script-src ${hash(pageScript)}`,
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** The page stays small however many processes there are: those that are worst off are shown. */
const mostRows = 256;

/** The page at `/`: every process with what is left under the limits that bind it, and what is missing and why. */
export function statusPage(view: View, facts: PageFacts, telemetryPath: string): string {
  const { version, machine } = facts;
  const processes = worstFirst(view.processes);
  const urgencies = processes.map(({ limits }) => urgencyOf(tightestOf(limits)));
  const count = (urgency: Urgency) => urgencies.filter((each) => each === urgency).length;
  const running = view.workloads.filter((workload) => workload.processes.length > 0).length;
  const taken = new Date(facts.now * 1000).toISOString();
  return render({
    version,
    telemetryPath,
    style: pageStyle,
    script: pageScript,
    machine:
      machine === undefined
        ? ""
        : [machine.hostname, machine.os, machine.cpu, ...machine.gpus].join(" · "),
    taken,
    takenText: asTime(facts.now),
    count: processes.length,
    one: processes.length === 1,
    workloads: `${running} ${running === 1 ? "workload" : "workloads"}`,
    critical: count("critical"),
    low: count("low"),
    unknown: count("unknown"),
    host: hostBars(view.host),
    problems: problems(view, facts.config),
    processes: processes.slice(0, mostRows).map(processRow),
    notShown: Math.max(0, processes.length - mostRows),
    idle: view.workloads
      .filter((workload) => workload.processes.length === 0 && !workload.expected)
      .map(({ name }) => name)
      .join(", "),
    unseen: view.unseen === undefined ? "" : unseenSentences[view.unseen],
    missing: missingByReason(view),
  });
}

/** Memory of the machine, and its swap where there is any. */
function hostBars({
  memoryTotalBytes: total,
  memoryAvailableBytes: available,
  swapTotalBytes: swap,
  swapUsedBytes: swapUsed,
}: View["host"]): readonly object[] {
  return [
    hostBar("memory", "host memory", valueOf(total), valueOf(available)),
    ...(valueOf(swap) === 0
      ? []
      : [hostBar("swap", "host swap", valueOf(swap), left(swap, swapUsed))]),
  ];
}

function hostBar(
  resource: "memory" | "swap",
  name: string,
  limit: number | undefined,
  headroom: number | undefined,
): object {
  if (limit === undefined || headroom === undefined) return { left: "unknown", text: name };
  const ratio = headroom / limit;
  return {
    known: true,
    name,
    left: inUnits(resource, headroom),
    full: fullness(ratio),
    level: urgencyOf({ resource, ratio }),
    text: `of ${inUnits(resource, limit)} ${name} left`,
  };
}

function left(total: Figure, used: Figure): number | undefined {
  return "value" in total && "value" in used ? total.value - used.value : undefined;
}

/** What a person should mend, in sentences. */
function problems(view: View, config: ConfigState | undefined): readonly string[] {
  const { processes, workloads } = view.dropped;
  const failed = view.collectors
    .filter(({ success }) => !success)
    .map(({ collector }) => collector);
  return [
    ...view.workloads
      .filter((workload) => workload.processes.length === 0 && workload.expected)
      .map(({ name }) => `${name} is expected, and not running.`),
    ...view.workloads.flatMap(({ name, probe }) =>
      probe === undefined || probe.success ? [] : [probeProblem(name, probe)],
    ),
    ...(failed.length > 0 ? [`Not everything could be read: ${failed.join(", ")}.`] : []),
    ...(processes > 0
      ? [`${processes} processes were left out so far: --discover.max-processes caps them.`]
      : []),
    ...(workloads > 0
      ? [`${workloads} workloads were left out so far: --discover.max-workloads caps them.`]
      : []),
    ...(config?.successful === false
      ? [
          `The config file could not be loaded again; what it said at ${asTime(config.loadedAt)} holds, and the log says what is wrong.`,
        ]
      : []),
  ];
}

const why: Readonly<Record<Reason, string>> = {
  forbidden: "forbidden: the kernel refuses it to the user this exporter runs as",
  error: "error: it could not be read",
  unsupported: "unsupported: this kernel or platform does not have it",
  not_measured: "not measured: it takes a second look, or nobody counts it",
  zero_limit: "zero limit: there is no share of nothing",
  unlimited: "unlimited: no limit is set there",
};

/** Absent figures by reason, with the number of processes that lack each, and that there may be other processes. */
function missingByReason({ processes, unseen }: View): readonly object[] {
  return (Object.keys(why) as Reason[]).flatMap((reason) => {
    const counts = new Map<string, number>();
    for (const { unavailable } of processes) {
      for (const absent of unavailable) {
        if (absent.reason === reason) counts.set(absent.field, (counts.get(absent.field) ?? 0) + 1);
      }
    }
    const fields = [
      ...(unseen === reason ? [unseenField] : []),
      ...[...counts].map(([field, count]) => `${field} (${count})`),
    ].join(", ");
    return fields === "" ? [] : [{ reason: why[reason], fields }];
  });
}

function asTime(unixSeconds: number): string {
  return `${new Date(unixSeconds * 1000).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}
