import type { Cost } from "./measure.ts";

/** One phase of the exporter bench: both exporters on the same processes. */
export interface Measurement {
  readonly size: number;
  readonly phase: string;
  readonly ours: Cost;
  readonly theirs: Cost;
}

interface SoakSample {
  readonly scrape: number;
  readonly main: number;
  readonly fds: number;
  readonly bytes: number;
}

/** What grew while processes came and went. */
export interface Soak {
  readonly total: number;
  readonly scrapes: number;
  readonly half: SoakSample;
  readonly last: SoakSample;
  readonly all: number;
}

export interface Machine {
  readonly cores: number;
  readonly kernel: string;
  readonly node: string;
}

/** The section of bench/RESULTS.md, as Markdown. */
export function exporterReport(
  measurements: readonly Measurement[],
  soak: Soak | undefined,
  machine: Machine,
): string {
  return [
    "## The exporter beside prometheus-process-exporter",
    "",
    `${machine.cores} cores, Linux ${machine.kernel}, Node ${machine.node}, prometheus-process-exporter with \`-threads=false\`, both exporters in`,
    "one PID namespace with only the processes counted here, 20 of which have the command line of an MLX server and are",
    "matched by both. Each phase scrapes them in turn as Prometheus does (one kept connection, OpenMetrics, gzip), after",
    "300 scrapes that are not counted. CPU is that of all processes of an exporter, background work included. Made by",
    "`npm run bench:exporter`.",
    "",
    "| processes | phase | CPU ms per scrape (ours / theirs) | ratio | p50 ms | p99 ms | bytes | RSS MiB main, all (theirs) |",
    "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ...measurements.map(row),
    "",
    ...(soak === undefined ? [] : [soakSentence(soak), ""]),
  ].join("\n");
}

function row({ size, phase, ours, theirs }: Measurement): string {
  const both = (figure: (cost: Cost) => number, digits: number) =>
    `${figure(ours).toFixed(digits)} / ${figure(theirs).toFixed(digits)}`;
  const ratio = theirs.cpu / ours.cpu;
  return `| ${[
    size,
    `${phase}, ${ours.scrapes} scrapes`,
    both(({ cpuPerScrape }) => cpuPerScrape, 1),
    ratio >= 1 ? `1 / ${ratio.toFixed(1)}` : (1 / ratio).toFixed(1),
    both(({ p50 }) => p50, 1),
    both(({ p99 }) => p99, 1),
    both(({ payload }) => payload, 0),
    `${ours.main.toFixed(0)}, ${ours.all.toFixed(0)} (${theirs.main.toFixed(0)})`,
  ].join(" | ")} |`;
}

function soakSentence({ total, scrapes, half, last, all }: Soak): string {
  const grown = (last.main - half.main).toFixed(1);
  return (
    `Soak: ${total.toLocaleString("en")} processes came and went during ${scrapes.toLocaleString("en")} scrapes. Over the last half the main process ` +
    `went from ${half.main.toFixed(1)} to ${last.main.toFixed(1)} MiB (${grown} MiB), open descriptors from ${half.fds} to ${last.fds}, ` +
    `a scrape from ${half.bytes.toLocaleString("en")} to ${last.bytes.toLocaleString("en")} bytes; all processes together ${all.toFixed(0)} MiB.`
  );
}
