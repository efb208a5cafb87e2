import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Alertmanager } from "./alertmanager.ts";
import { unavailable, type Available } from "./available.ts";
import { compileMonitoring, runMlxHeadroom, startExporter, type Exporter } from "./exporter.ts";
import { examplePorts } from "./example-ports.ts";
import { freePort } from "./free-port.ts";
import { isMap, parseDocument, type Document } from "yaml";
import { bringUpAlertmanager } from "./judges.ts";
import { loopbackPrometheus } from "./loopback-config.ts";
import type { MlxServer } from "./mlx-server.ts";
import type { Progress } from "./progress.ts";
import { findPrometheus, startPrometheus, type Prometheus } from "./prometheus.ts";

/** A real server with a baseline of its own, and all that watches it: what dashboards are made for. */
export interface ObservedServer {
  readonly exporter: Exporter;
  readonly alertmanager: Alertmanager;
  readonly prometheus: Prometheus;
}

export interface ObservedOptions {
  /** Servers by what they are called; the config names them by their ports. A baseline is made of the first. */
  readonly servers: Readonly<Record<string, MlxServer>>;
  /** Keys below `policy:` besides the interval. */
  readonly policy?: string;
  /** A folder for the config, recordings, profiles and what compile writes. */
  readonly work: string;
  /** Where the server reports of its allocator. */
  readonly reports: string;
  /** What Prometheus scrapes besides: HOST:PORT by what it is called. */
  readonly standIns: Readonly<Record<string, string>>;
  /** What the machine is called, instead of by its address. */
  readonly instance: string;
  /** Profiles of others, as text. */
  readonly profiles: readonly string[];
  /** How long the baseline is recorded. Real ones take longer. */
  readonly recordSeconds: number;
  /** Where Alertmanager's notifications go. */
  readonly webhookUrl: string;
  /** Hears how to stop each part, in the order of their starts. */
  readonly undo: (stop: () => Promise<void>) => void;
}

/** Minutes are right for years, and seconds for a test; nothing else of what compile wrote is changed. */
const everySeconds = 1;

/**
 * Records the server, makes its profile, compiles, and starts the exporter, Alertmanager and a Prometheus that scrapes
 * and evaluates everything each second. Whoever calls this puts load on the server meanwhile.
 */
export async function observeServer(
  progress: Progress,
  options: ObservedOptions,
): Promise<Available<ObservedServer>> {
  const { work, undo } = options;
  const config = join(work, "mlx-headroom.yaml");
  writeFileSync(config, configOf(options));
  const flags = ["--config.file", config, "--allocator.path", options.reports];
  const profiles = await profileOf(options, flags);
  if (profiles.kind === "unavailable") return profiles;
  for (const [index, text] of options.profiles.entries())
    writeFileSync(join(profiles.folder, `other-${index}.yaml`), text);
  const exporting = await startExporter({
    flags: [...flags, "--collector.connections", "--collector.threads"],
  });
  if (exporting.kind === "unavailable") return exporting;
  const { exporter } = exporting;
  undo(() => exporter.stop());

  const monitoring = join(work, "monitoring");
  const more = ["--profiles", profiles.folder, "--config.file", config];
  const compiled = await compileMonitoring(monitoring, options.webhookUrl, more);
  if (compiled.kind === "unavailable") return compiled;
  const ports = {
    exporter: exporter.port,
    prometheus: await freePort(),
    alertmanager: await freePort(),
  };
  const alertmanager = await bringUpAlertmanager(progress, monitoring, ports);
  if (alertmanager === undefined) return unavailable("Alertmanager cannot be had here");
  undo(() => alertmanager.stop());

  const binary = await findPrometheus(progress);
  if (binary.kind === "unavailable") return binary;
  const configFile = quickened(monitoring, ports, options);
  const started = await startPrometheus(binary, { configFile, port: ports.prometheus });
  if (started.kind === "unavailable") return started;
  const { prometheus } = started;
  undo(() => prometheus.stop());
  return { kind: "ready", exporter, alertmanager, prometheus };
}

function configOf({ servers, policy = "" }: ObservedOptions): string {
  const workloads = Object.entries(servers).map(
    ([name, { port, url }]) => `  - name: ${name}
    match: { runtime: mlx_lm.server, flags: { --port: "${port}" } }
    expect: always
    probe: { url: "${url}", interval: 2s, timeout: 2s }
`,
  );
  return `workloads:\n${workloads.join("")}policy:\n  interval: 5s\n${policy}`;
}

/** Recorded in two scenarios at once: what differs between them is not what this is about. */
async function profileOf(
  { work, servers, recordSeconds }: ObservedOptions,
  flags: readonly string[],
): Promise<Available<{ readonly folder: string }>> {
  const [workload = ""] = Object.keys(servers);
  const recordings = join(work, "recordings");
  const folder = join(work, "profiles");
  const recorded = await Promise.all(
    ["average", "peak"].map((scenario) =>
      runMlxHeadroom(
        ...["record", workload, "--scenario", scenario, "--duration", `${recordSeconds}s`],
        ...["--out", recordings, ...flags],
      ),
    ),
  );
  const failed = recorded.find(({ kind }) => kind === "failed");
  if (failed !== undefined) return unavailable(`record failed: ${failed.stderr}`);
  const made = await runMlxHeadroom(
    ...["profile", workload, "--recordings", recordings, "--out", folder],
  );
  if (made.kind === "failed") return unavailable(`profile failed: ${made.stderr}`);
  const file = made.stdout.trim().split("\n")[0] ?? "";
  writeFileSync(file, withPercentiles(readFileSync(file, "utf8")));
  return { kind: "ready", folder };
}

/** A recording of seconds supports no 95th percentile; the most stands in for it. People record for longer. */
function withPercentiles(profile: string): string {
  const document = parseDocument(profile);
  const scenarios = ["figures", "scenarios"];
  for (const scenario of keysAt(document, scenarios)) {
    const resources = [...scenarios, scenario, "resources"];
    for (const resource of keysAt(document, resources)) {
      const figure = [...resources, resource];
      if (!document.hasIn([...figure, "p95"]))
        document.setIn([...figure, "p95"], document.getIn([...figure, "max"]));
    }
  }
  return document.toString();
}

function keysAt(document: Document, path: readonly string[]): readonly string[] {
  const found = document.getIn(path);
  return isMap(found) ? found.items.map(({ key }) => String(key)) : [];
}

/** Writes the example's configuration for loopback, with more targets, beside it; rules are changed where they stand. */
function quickened(
  monitoring: string,
  ports: typeof examplePorts,
  { instance, standIns }: ObservedOptions,
): string {
  const folder = join(monitoring, "prometheus");
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    if (!/^rules.*\.yml$/.test(name)) continue;
    const file = join(folder, name);
    const text = readFileSync(file, "utf8");
    writeFileSync(file, text.replaceAll(/^( +interval: )\d+[sm]$/gm, `$1${everySeconds}s`));
  }
  const loopback = (port: number) => `127.0.0.1:${port}`;
  const own = loopback(ports.exporter);
  const addresses = new Map([
    [loopback(examplePorts.exporter), own],
    [loopback(examplePorts.prometheus), loopback(ports.prometheus)],
    [loopback(examplePorts.alertmanager), loopback(ports.alertmanager)],
  ]);
  const example = readFileSync(join(folder, "prometheus.yml"), "utf8");
  const quick = loopbackPrometheus(example, addresses).replaceAll(
    /^( *\w+_(?:interval|timeout): )5s$/gm,
    `$1${everySeconds}s`,
  );
  const targets = Object.entries({ [instance]: own, ...standIns });
  const named = targets.map(([name, address]) => ({
    targets: [address],
    labels: { instance: name },
  }));
  const document = parseDocument(quick);
  document.setIn(["scrape_configs", 0, "static_configs"], named);
  const text = String(document);
  const file = join(folder, "loopback-prometheus.yml");
  writeFileSync(file, text);
  return file;
}
