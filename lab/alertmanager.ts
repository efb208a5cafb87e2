import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { unavailable, type Available } from "./available.ts";
import { temporaryFolder } from "./children.ts";
import { debianPackages } from "./debian.ts";
import { findExecutable } from "./find-executable.ts";
import { freePort } from "./free-port.ts";
import { newerProgram } from "./newer-debian.ts";
import type { Progress } from "./progress.ts";
import { startServer, versionOf, type ServerOptions } from "./server.ts";

/** Where Alertmanager was found, and what belongs to it. */
export interface AlertmanagerBinary {
  readonly command: string;
  readonly amtool?: string;
  readonly version: string;
  /** The folder it must be started in, when it looks for its own files from there. */
  readonly cwd?: string;
}

/** A real Alertmanager on loopback. */
export interface Alertmanager {
  readonly pid: number;
  readonly version: string;
  readonly url: string;
  /** The alerts it holds. */
  alerts(): Promise<readonly HeldAlert[]>;
  /** Hands it alerts as Prometheus does: those that fire, and those that have ended. */
  send(alerts: readonly SentAlert[]): Promise<void>;
  /** Reads its configuration again. */
  reload(): Promise<void>;
  /** What it has logged: warnings and errors only. */
  log(): string;
  stop(): Promise<void>;
}

/** An alert as Prometheus sends it; `endedAt` once it is over. */
export interface SentAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly beganAt: Date;
  readonly endedAt?: Date;
}

/** An alert as Alertmanager holds it. */
export interface HeldAlert {
  readonly fingerprint: string;
  /** Fingerprints of alerts that keep it from being notified; the first one found, where there are several. */
  readonly inhibitedBy: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly state: "active" | "suppressed" | "unprocessed";
  readonly receivers: readonly string[];
}

/** Finds Alertmanager in PATH, else fetches Debian's. */
export async function findAlertmanager(progress: Progress): Promise<Available<AlertmanagerBinary>> {
  const names = ["prometheus-alertmanager", "alertmanager"];
  const inPath = findExecutable(...names);
  const amtool = findExecutable("amtool");
  if (inPath !== undefined) return describe(inPath, amtool);
  const set = { packages: ["prometheus-alertmanager"] };
  const debian = await debianPackages("alertmanager", set, progress);
  if (debian.kind === "unavailable") return debian;
  const own = join(debian.root, "usr", "bin", "amtool");
  const command = relocated(debian.root);
  return describe(command, existsSync(own) ? own : amtool, debian.root);
}

/** The Alertmanager that people run today: that of Debian's next release, unpacked into the cache. */
export async function findNewerAlertmanager(
  progress: Progress,
): Promise<Available<AlertmanagerBinary>> {
  const newer = await newerProgram("alertmanager", progress);
  if (newer.kind === "unavailable") return newer;
  const root = join(dirname(newer.command), "..", "..");
  return describe(relocated(root), join(root, "usr", "bin", "amtool"), root);
}

/** Starts Alertmanager with a configuration file and waits until it is ready. */
export async function startAlertmanager(
  binary: AlertmanagerBinary,
  { configFile, port, data }: ServerOptions,
): Promise<Available<{ readonly alertmanager: Alertmanager }>> {
  const folder = temporaryFolder("alertmanager");
  const address = `127.0.0.1:${port ?? (await freePort())}`;
  const url = `http://${address}`;
  const args = [
    `--config.file=${configFile}`,
    `--storage.path=${data ?? join(folder, "data")}`,
    `--web.listen-address=${address}`,
    // Empty: the default gossips with other Alertmanagers on every address.
    "--cluster.listen-address=",
    "--log.level=warn",
  ];
  const options = { folder, ...(binary.cwd !== undefined && { cwd: binary.cwd }) };
  const started = await startServer(
    "alertmanager",
    binary.command,
    args,
    `${url}/-/ready`,
    options,
  );
  if (started.kind === "unavailable") return started;
  const { child } = started;
  const alertmanager: Alertmanager = {
    pid: child.pid,
    version: binary.version,
    url,
    alerts: () => readHeldAlerts(url),
    send: (alerts) => post(`${url}/api/v2/alerts`, alerts.map(asSent)),
    reload: () => post(`${url}/-/reload`, undefined),
    log: () => child.lastLines(1_000),
    stop: child.stop,
  };
  return { kind: "ready", alertmanager };
}

/**
 * Debian's Alertmanager opens its built-in template at an absolute path, and there is no flag for that. In our copy
 * of the program the path becomes a relative one of the same length, so that it runs from where it was unpacked
 * without root. Releases that do not name the path are left as they are.
 */
function relocated(root: string): string {
  const original = join(root, "usr", "bin", "prometheus-alertmanager");
  const copy = `${original}.relocated`;
  if (existsSync(copy)) return copy;
  const program = readFileSync(original, "latin1");
  const moved = program.replaceAll(
    "/usr/share/prometheus/alertmanager",
    "usr/share/prometheus//alertmanager",
  );
  writeFileSync(`${copy}.new`, moved, { encoding: "latin1", mode: 0o755 });
  renameSync(`${copy}.new`, copy);
  return copy;
}

function asSent({ labels, annotations = {}, beganAt, endedAt }: SentAlert): unknown {
  return { labels, annotations, startsAt: beganAt, ...(endedAt && { endsAt: endedAt }) };
}

async function post(address: string, content: unknown): Promise<void> {
  const response = await fetch(address, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: content === undefined ? "" : JSON.stringify(content),
    signal: AbortSignal.timeout(10_000),
  });
  const answer = await response.text();
  if (!response.ok) throw new Error(`${address} answered ${response.status}: ${answer}`);
}

async function readHeldAlerts(url: string): Promise<readonly HeldAlert[]> {
  const response = await fetch(`${url}/api/v2/alerts`, { signal: AbortSignal.timeout(10_000) });
  const body = (await response.json()) as readonly {
    fingerprint: string;
    labels: Record<string, string>;
    status: { state: HeldAlert["state"]; inhibitedBy: readonly string[] };
    receivers: readonly { name: string }[];
  }[];
  return body.map(({ fingerprint, labels, status, receivers }) => ({
    fingerprint,
    inhibitedBy: status.inhibitedBy,
    labels,
    state: status.state,
    receivers: receivers.map(({ name }) => name),
  }));
}

async function describe(
  command: string,
  amtool: string | undefined,
  cwd?: string,
): Promise<Available<AlertmanagerBinary>> {
  const version = await versionOf(command);
  if (version === undefined) return unavailable(`${command} does not run here`);
  return { kind: "ready", command, version, ...(amtool && { amtool }), ...(cwd && { cwd }) };
}
