import { existsSync } from "node:fs";
import { join } from "node:path";
import { unavailable, type Available } from "./available.ts";
import { temporaryFolder } from "./children.ts";
import { debianPackages } from "./debian.ts";
import { findExecutable } from "./find-executable.ts";
import { freePort } from "./free-port.ts";
import type { Progress } from "./progress.ts";
import { startServer, versionOf, type ServerOptions } from "./server.ts";
import {
  readAlerts,
  readQuery,
  readRules,
  readTargets,
  type AlertState,
  type RuleState,
  type Sample,
  type TargetState,
} from "./prometheus-api.ts";

/** Where Prometheus was found, and what belongs to it. */
export interface PrometheusBinary {
  readonly command: string;
  readonly promtool?: string;
  readonly version: string;
  /** Flags this binary needs because it does not lie where it was built to lie. */
  readonly flags: readonly string[];
}

/** A real Prometheus on loopback, with the few questions that the lab and the tests ask it. */
export interface Prometheus {
  readonly pid: number;
  readonly version: string;
  readonly url: string;
  query(expression: string): Promise<readonly Sample[]>;
  targets(): Promise<readonly TargetState[]>;
  rules(): Promise<readonly RuleState[]>;
  alerts(): Promise<readonly AlertState[]>;
  /** What it has logged: warnings and errors only. */
  log(): string;
  stop(): Promise<void>;
}

// bookworm's web pages are files that link into these packages; later releases carry their own.
const webPages = /^(libjs-|fonts-)/;

/** Finds Prometheus in PATH, else fetches Debian's. */
export async function findPrometheus(progress: Progress): Promise<Available<PrometheusBinary>> {
  const inPath = findExecutable("prometheus");
  const promtool = findExecutable("promtool");
  if (inPath !== undefined) return describe(inPath, promtool, []);
  const set = { packages: ["prometheus"], companions: webPages };
  const debian = await debianPackages("prometheus", set, progress);
  if (debian.kind === "unavailable") return debian;
  const command = join(debian.root, "usr", "bin", "prometheus");
  const own = join(debian.root, "usr", "bin", "promtool");
  const pages = join(debian.root, "usr", "share", "prometheus", "web");
  const flags = existsSync(pages) ? [`--web.local-assets=${pages}`] : [];
  return describe(command, existsSync(own) ? own : promtool, flags);
}

/** Starts Prometheus with a configuration file and waits until it is ready. */
export async function startPrometheus(
  binary: PrometheusBinary,
  { configFile, port, data }: ServerOptions,
): Promise<Available<{ readonly prometheus: Prometheus }>> {
  const folder = temporaryFolder("prometheus");
  const address = `127.0.0.1:${port ?? (await freePort())}`;
  const url = `http://${address}`;
  const args = [
    `--config.file=${configFile}`,
    `--storage.tsdb.path=${data ?? join(folder, "data")}`,
    `--web.listen-address=${address}`,
    // An alert that fires before Alertmanager has been discovered is sent again after this, by default a minute.
    "--rules.alert.resend-delay=2s",
    "--log.level=warn",
    ...binary.flags,
  ];
  const options = { folder };
  const started = await startServer("prometheus", binary.command, args, `${url}/-/ready`, options);
  if (started.kind === "unavailable") return started;
  const { child } = started;
  const prometheus: Prometheus = {
    pid: child.pid,
    version: binary.version,
    url,
    query: (expression) => readQuery(url, expression),
    targets: () => readTargets(url),
    rules: () => readRules(url),
    alerts: () => readAlerts(url),
    log: () => child.lastLines(1_000),
    stop: child.stop,
  };
  return { kind: "ready", prometheus };
}

async function describe(
  command: string,
  promtool: string | undefined,
  flags: readonly string[],
): Promise<Available<PrometheusBinary>> {
  const version = await versionOf(command);
  if (version === undefined) return unavailable(`${command} does not run here`);
  return { kind: "ready", command, version, flags, ...(promtool && { promtool }) };
}
