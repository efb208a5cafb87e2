import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { unavailable, type Available } from "./available.ts";
import { runCommand, temporaryFolder } from "./children.ts";
import { historyDays, type MadeSeries } from "./history-model.ts";
import type { Progress } from "./progress.ts";
import { findPrometheus, startPrometheus, type Prometheus } from "./prometheus.ts";
import type { Span } from "./prometheus-api.ts";

/** A Prometheus that remembers what never happened, and the time that it remembers. */
export interface HistoryKept {
  readonly prometheus: Prometheus;
  /** Its steps fall on samples. */
  readonly span: Span;
}

const hourSeconds = 3600;
/** Without it promtool makes a block of every two hours. */
const blocks = "--max-block-duration=720h";

/** Writes series as blocks with promtool, an hour between samples, the last an hour ago, and starts a Prometheus on them. */
export async function keepHistory(
  progress: Progress,
  series: readonly MadeSeries[],
): Promise<Available<HistoryKept>> {
  const binary = await findPrometheus(progress);
  if (binary.kind === "unavailable") return binary;
  if (binary.promtool === undefined) return unavailable("promtool cannot be had here");
  const folder = temporaryFolder("history");
  const data = join(folder, "data");
  mkdirSync(data);
  const end = Math.floor(Date.now() / 1000 / hourSeconds - 1) * hourSeconds;
  const start = end - historyDays * 24 * hourSeconds;
  const file = join(folder, "history.om");
  writeFileSync(file, openMetrics(series, start));
  const made = await runCommand(binary.promtool, [
    ...["tsdb", "create-blocks-from", blocks, "openmetrics", file, data],
  ]);
  if (made.kind === "failed") return unavailable(`promtool made no blocks: ${made.stderr}`);
  const configFile = join(folder, "prometheus.yml");
  writeFileSync(configFile, "global: {}\n");
  const flags = [...binary.flags, "--storage.tsdb.retention.time=1y"];
  const started = await startPrometheus({ ...binary, flags }, { configFile, data });
  if (started.kind === "unavailable") return started;
  const { prometheus } = started;
  return { kind: "ready", prometheus, span: { start, end, step: 24 * hourSeconds } };
}

/** The text that promtool reads: each series whole, and each sample with its time. */
export function openMetrics(series: readonly MadeSeries[], start: number): string {
  const lines = series.flatMap(({ name, labels, at }) => {
    const pairs = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
    const head = `${name}{${pairs.join(",")}}`;
    return Array.from({ length: historyDays * 24 + 1 }, (_, hour) => {
      const value = at(hour);
      return value === undefined ? [] : [`${head} ${value} ${start + hour * hourSeconds}`];
    }).flat();
  });
  return `${lines.join("\n")}\n# EOF\n`;
}
