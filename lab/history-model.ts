import { constants, scrapeJob } from "../src/catalog/alerts.ts";
import {
  historyName,
  historyResources,
  historyStatistics,
  historyWindows,
  outlookNames,
  type HistoryResource,
} from "../src/catalog/history.ts";
import { metrics } from "../src/catalog/metrics.ts";

/** A series that nobody recorded: its value by the hour. */
export interface MadeSeries {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Undefined where it has no sample. */
  readonly at: (hour: number) => number | undefined;
}

export const historyDays = 90;
/** What is scraped, not recorded, is kept as long as Prometheus keeps anything by default. */
const scrapedDays = 15;
const gibibyte = 1024 ** 3;

/** A server on one of two hosts with a GPU, each of which has a memory limit of its own. */
interface Life {
  readonly workload: string;
  readonly instance: string;
  /** GiB: on the first day, and how much more on each. */
  readonly base: number;
  readonly growth: number;
  /** The day of a deliberate restart, and that of a leak's begin and of the OOM kill that ends it. */
  readonly restart: number;
  readonly leak?: { readonly from: number; readonly killed: number };
  /** GiB that the busiest hour of a day takes besides. */
  readonly busy: number;
  readonly limit: number;
}

const lives: readonly Life[] = [
  {
    ...{ workload: "chat", instance: "gpu-1:10836", base: 13, growth: 0.08, restart: 52, busy: 4 },
    ...{ leak: { from: 72, killed: 82 }, limit: 32 },
  },
  {
    ...{ workload: "chat", instance: "gpu-2:10836", base: 12, growth: 0.05, restart: 53, busy: 5 },
    limit: 32,
  },
  {
    ...{ workload: "embed", instance: "gpu-2:10836", base: 5, growth: 0.01, restart: 30, busy: 1 },
    limit: 12,
  },
];
const installed = 64;

/**
 * Ninety days of everything that is recorded as history, and of what the history dashboard reads besides: memory that
 * grows slowly, a restart, a leak that ends in an OOM kill, quiet weekends. Made up, and the same each time.
 */
export function madeHistory(): readonly MadeSeries[] {
  return [
    ...lives.flatMap(recorded),
    ...lives.flatMap(scraped),
    ...["gpu-1:10836", "gpu-2:10836"].flatMap(hostSeries),
    ...["chat", "embed"].map((workload): MadeSeries => ({
      name: constants.baselinePeak,
      labels: { workload, resource: "memory" },
      at: lately(() => (workload === "chat" ? 18 : 7) * gibibyte),
    })),
  ];
}

/** How busy an hour is, 0 to 1: working hours of working days, no two alike. */
function busyness(hour: number, salt: string): number {
  const day = Math.floor(hour / 24);
  const workday = day % 7 < 5 ? 1 : 0.35;
  const daytime = Math.max(0, Math.sin(((hour % 24) - 6) * (Math.PI / 14)));
  return workday * daytime * (0.75 + 0.25 * noise(hour, salt)) + 0.05 * noise(hour, `${salt}-`);
}

/** Between 0 and 1, by the hour and a name: as good as chance, and the same each time. */
function noise(hour: number, salt: string): number {
  let state = Math.imul(hour + 1, 2654435761);
  for (const character of salt) state = Math.imul(state ^ character.charCodeAt(0), 16777619);
  return ((state ^ (state >>> 15)) >>> 0) / 2 ** 32;
}

/** The most memory of an hour, in GiB. */
function memory(life: Life, hour: number): number {
  const day = hour / 24;
  const { base, growth, restart, leak } = life;
  const since = leak !== undefined && day >= leak.killed ? leak.killed : restart;
  const grown = growth * (day >= restart ? day - since : day);
  const leaked =
    leak !== undefined && day >= leak.from && day < leak.killed
      ? ((day - leak.from) / (leak.killed - leak.from)) * (life.limit - base - life.busy - 1)
      : 0;
  return Math.min(life.limit, base + grown + leaked + life.busy * busyness(hour, saltOf(life)));
}

function saltOf({ workload, instance }: Life): string {
  return workload + instance;
}

/** The hour's peak of each resource, in base units. */
function peakOf(life: Life, resource: HistoryResource, hour: number): number {
  const busy = busyness(hour, saltOf(life));
  switch (resource) {
    case "memory":
      return memory(life, hour) * gibibyte;
    case "gpu_memory":
      return (life.base * 0.8 + life.busy * 1.4 * busy) * gibibyte;
    case "cpu":
      return 0.1 + 2.4 * busy;
    case "open_fds":
      return Math.round(31 + 40 * busy);
    case "threads":
      return Math.round(24 + 12 * busy);
  }
}

function recorded(life: Life): readonly MadeSeries[] {
  const labels = { job: scrapeJob, instance: life.instance, workload: life.workload };
  const amounts = historyResources.flatMap((resource) =>
    historyStatistics.flatMap((statistic) =>
      historyWindows.map((window): MadeSeries => {
        const share = (statistic === "p95" ? 0.94 : 1) * (window === "5m" ? 0.97 : 1);
        const at = (hour: number) => share * peakOf(life, resource, hour);
        return { name: historyName(resource, statistic, window), labels, at };
      }),
    ),
  );
  const left = (hour: number) => 1 - memory(life, hour) / life.limit;
  const outlook = (name: string, resource: string, at: MadeSeries["at"]): MadeSeries => ({
    ...{ name, labels: { ...labels, resource }, at },
  });
  return [
    ...amounts,
    outlook(outlookNames.headroom, "memory", left),
    outlook(outlookNames.headroom, "open_fds", (hour) => 1 - peakOf(life, "open_fds", hour) / 1024),
    outlook(outlookNames.headroom, "threads", (hour) => 1 - peakOf(life, "threads", hour) / 512),
    outlook(outlookNames.exhaustion, "memory", (hour) => daysLeft(life, hour)),
    outlook(outlookNames.fit, "memory", (hour) =>
      Math.floor(free(life.instance, hour) / (life.workload === "chat" ? 18 : 7)),
    ),
  ];
}

/** At the pace of three days, where a day's end is above that of the day before, within a year. */
function daysLeft(life: Life, hour: number): number | undefined {
  const pace = (memory(life, hour) - memory(life, hour - 72)) / 3;
  const days = (life.limit - memory(life, hour)) / pace;
  return hour >= 72 && pace > 0 && memory(life, hour) > memory(life, hour - 24) && days <= 365
    ? days
    : undefined;
}

/** GiB that a host has left. */
function free(instance: string, hour: number): number {
  const used = lives.filter((life) => life.instance === instance);
  return installed - used.reduce((sum, life) => sum + memory(life, hour), 3);
}

/** What is scraped has samples of the last days only. */
function lately(at: (hour: number) => number | undefined): MadeSeries["at"] {
  return (hour) => (hour >= (historyDays - scrapedDays) * 24 ? at(hour) : undefined);
}

function scraped(life: Life): readonly MadeSeries[] {
  const labels = { job: scrapeJob, instance: life.instance, workload: life.workload };
  const killed = (hour: number) =>
    life.leak !== undefined && hour >= life.leak.killed * 24 ? 1 : 0;
  const reached = (hour: number) =>
    life.leak === undefined ? 0 : Math.max(0, Math.min(hour / 24, life.leak.killed) - 80) * 3;
  const of = (
    { name }: { readonly name: string },
    at: (hour: number) => number,
    more: Readonly<Record<string, string>> = {},
  ): MadeSeries => ({ name, labels: { ...labels, ...more }, at: lately(at) });
  const alert = { name: "ALERTS", labels: { ...labels, alertname: "MlxHeadroomLow" } };
  const fired = { ...alert.labels, severity: "warning", alertstate: "firing" };
  return [
    { ...alert, labels: fired, at: (hour) => firing(life, hour) },
    of(metrics.workloadProcesses, () => 1),
    of(metrics.workloadMemoryLimit, () => life.limit * gibibyte),
    of(metrics.workloadOomKills, killed),
    of(metrics.workloadProcessStarts, killed),
    of(metrics.workloadMemoryLimitEvents, (hour) => Math.floor(reached(hour)), { event: "max" }),
  ];
}

/** As MlxHeadroomLow does by default. */
function firing(life: Life, hour: number): number | undefined {
  const left = lately(() => 1 - memory(life, hour) / life.limit)(hour) ?? 1;
  return left < 0.15 ? 1 : undefined;
}

function hostSeries(instance: string): readonly MadeSeries[] {
  const labels = { job: scrapeJob, instance };
  const total = metrics.hostMemoryTotal.name;
  const build = metrics.exporterBuildInfo.name;
  return [
    { name: total, labels, at: lately(() => installed * gibibyte) },
    { name: build, labels: { ...labels, version: "0.1.0" }, at: lately(() => 1) },
  ];
}
