import { join } from "node:path";
import { asUser, type OtherUser } from "./as-user.ts";
import { unavailable, type Available } from "./available.ts";
import { runCommand } from "./children.ts";
import { freePort } from "./free-port.ts";
import { repository } from "./repository.ts";
import { startServer } from "./server.ts";

/** The exporter under test, as a user starts it. */
export interface Exporter {
  readonly pid: number;
  readonly port: number;
  readonly url: string;
  /** The text of one scrape. */
  metrics(): Promise<string>;
  /** What it has logged. */
  log(): string;
  stop(): Promise<void>;
}

/** What `mlx-headroom ps --format json` says of a process, as far as the lab asks. */
export interface ListedMlxProcess {
  readonly pid: number;
  readonly workload: string;
  readonly runtime: string;
  readonly role: string;
  readonly model?: string;
  readonly port?: number;
}

const program = join(repository, "dist", "bin.js");

/** Runs a verb of mlx-headroom to its end. */
export async function runMlxHeadroom(...args: readonly string[]) {
  return runCommand(process.execPath, [program, ...args]);
}

/** The same behind another command that becomes it, such as `unshare --pid --fork`. */
export async function runMlxHeadroomWithin(
  within: readonly [string, ...string[]],
  ...args: readonly string[]
) {
  const [command, ...before] = within;
  return runCommand(command, [...before, process.execPath, program, ...args]);
}

export interface ExporterOptions {
  readonly port?: number;
  readonly flags?: readonly string[];
  readonly user?: OtherUser;
  /** What stands before its command and becomes it, such as `unshare --pid --fork`. */
  readonly within?: readonly string[];
}

/** Starts `mlx-headroom serve` on loopback and waits until it is ready. */
export async function startExporter(
  options: ExporterOptions = {},
): Promise<Available<{ readonly exporter: Exporter }>> {
  const port = options.port ?? (await freePort());
  const address = `127.0.0.1:${port}`;
  const flags = ["serve", "--web.listen-address", address, ...(options.flags ?? [])];
  const url = `http://${address}`;
  const own = [...asUser(options.user), process.execPath, program, ...flags];
  const [command, ...args] = [...(options.within ?? []), ...own];
  const started = await startServer("exporter", command ?? "", args, `${url}/-/ready`);
  if (started.kind === "unavailable") return started;
  const { child } = started;
  const exporter: Exporter = {
    pid: child.pid,
    port,
    url,
    metrics: async () => (await fetch(`${url}/metrics`)).text(),
    log: () => child.lastLines(1_000),
    stop: child.stop,
  };
  return { kind: "ready", exporter };
}

/** The MLX processes of this machine, by `mlx-headroom ps`. */
export async function listMlxProcesses(): Promise<
  Available<{ readonly processes: readonly ListedMlxProcess[] }>
> {
  const listed = await runMlxHeadroom("ps", "--format", "json");
  if (listed.kind === "failed") return unavailable(lastLine(listed.stderr));
  const { processes } = JSON.parse(listed.stdout) as { processes: readonly ListedMlxProcess[] };
  return { kind: "ready", processes };
}

/** Compiles the default pack, or what more flags say, into a folder, with Alertmanager's notifications going to `webhookUrl`. */
export async function compileMonitoring(
  folder: string,
  webhookUrl: string,
  more: readonly string[] = [],
): Promise<Available<{ readonly folder: string }>> {
  const flags = ["--out", folder, "--webhook-url", webhookUrl, ...more];
  const compiled = await runMlxHeadroom("compile", ...flags);
  if (compiled.kind === "failed") return unavailable(lastLine(compiled.stderr));
  return { kind: "ready", folder };
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) ?? "";
}
