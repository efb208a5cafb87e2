import Handlebars from "handlebars";
import type { Limit } from "../../model/limit.ts";
import type { MachineFacts } from "../../model/host.ts";
import type { ProcessView, View } from "../../model/view.ts";
import { inUnits } from "../../model/in-units.ts";
import { memoryUsed } from "../../model/memory-used.ts";
import { pageTemplate } from "./status-page-template.ts";

/** What the page says beside the figures. */
export interface PageFacts {
  readonly version: string;
  /** Absent until the machine has been asked. */
  readonly machine?: MachineFacts;
}

/** The only doorway to handlebars in this wing; values are escaped, because argv is hostile. */
const render = Handlebars.compile(pageTemplate, { strict: true });

/** The page at `/`: every process with usage against the limit that binds, and what is missing and why. */
export function statusPage(
  view: View,
  { version, machine }: PageFacts,
  telemetryPath: string,
): string {
  const total = view.host.memoryTotalBytes;
  const available = view.host.memoryAvailableBytes;
  return render({
    version,
    telemetryPath,
    machine:
      machine === undefined
        ? ""
        : [machine.hostname, machine.os, machine.cpu, ...machine.gpus].join(" · "),
    hostMemory:
      "value" in total && "value" in available
        ? `${inUnits("memory", available.value)} of ${inUnits("memory", total.value)} memory available`
        : "host memory unknown",
    processes: view.processes.map(processRow),
    down: view.workloads
      .filter((workload) => workload.processes.length === 0)
      .map(({ name, expected }) => ({
        name,
        expected: expected ? "expected, and not running" : "not running",
      })),
    collectors: view.collectors
      .filter((collector) => !collector.success)
      .map(({ collector }) => collector),
    dropped: view.dropped.processes + view.dropped.workloads,
  });
}

function processRow(view: ProcessView): object {
  const { process, reading, limits, unavailable } = view;
  const used = memoryUsed(reading.usage);
  return {
    workload: process.workload,
    pid: process.pid,
    runtime: process.runtime,
    role: process.role,
    model: process.model ?? "",
    port: process.port ?? "",
    user: process.user ?? "",
    memory: "value" in used ? inUnits("memory", used.value) : "unknown",
    bars: limits.filter((limit) => limit.binding && isWorthABar(limit)).map(bar),
    absent: unavailable
      .filter(({ reason }) => reason !== "unlimited")
      .map(({ field, reason }) => `${field}: ${reason.replace("_", " ")}`),
    unlimited: unavailable
      .filter(({ reason }) => reason === "unlimited")
      .map(({ field }) => field.replace("_limit", "")),
  };
}

/** The everyday resources always have one; a limit that hardly anybody comes near only when half of it is gone. */
function isWorthABar({ resource, usage, ratio }: Limit): boolean {
  const everyday: readonly string[] = ["memory", "cpu", "threads", "open_fds"];
  return everyday.includes(resource) || (usage !== undefined && usage > 0 && (ratio ?? 0) < 0.5);
}

/** One bar: how full the binding limit of a resource is. */
function bar({ resource, source, scope, limit, usage, headroom, ratio }: Limit): object {
  const full =
    ratio === undefined ? 100 : Math.min(100, Math.max(0, Math.round((1 - ratio) * 100)));
  return {
    resource: resource.replace("_", " "),
    full,
    level: ratio === undefined || ratio < 0.05 ? "critical" : ratio < 0.15 ? "low" : "fine",
    text: `${inUnits(resource, headroom ?? 0)} left of ${inUnits(resource, limit)}, ${inUnits(resource, usage ?? 0)} in use`,
    source,
    scope,
  };
}
