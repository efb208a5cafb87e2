import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { familyOf, signal, type Family } from "./family.ts";

/** A program this process started and will end. Its output goes to a file in its own temporary folder. */
export interface Child {
  readonly pid: number;
  /** Temporary and its own: removed when the child has been stopped. */
  readonly folder: string;
  /** How it ended, or undefined while it runs. */
  ended(): string | undefined;
  /** The last lines it wrote, for a person who has to find out why it ended. */
  lastLines(count?: number): string;
  /** SIGTERM to it and to everything it started, SIGKILL to what is left after ten seconds. */
  readonly stop: () => Promise<void>;
}

export interface ChildOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Cgroup folders the child enters before it becomes the command, so that no byte is charged elsewhere. */
  readonly cgroups?: readonly string[];
  /** A folder that temporaryFolder made, when the command line has to name it. */
  readonly folder?: string;
}

/** What came of a command that ran to its end. */
export type CommandResult =
  | { readonly kind: "ok"; readonly stdout: string; readonly stderr: string }
  | {
      readonly kind: "failed";
      readonly code: number | null;
      readonly stdout: string;
      readonly stderr: string;
    };

const live = new Map<Family, () => Promise<void>>();
const folders = new Set<string>();
let stopping = false;

// The last net, for an error nobody caught: nothing that this process started or made may outlive it.
process.on("exit", () => {
  for (const pid of [...live.keys()].flatMap((family) => family.living())) signal(pid, "SIGKILL");
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A temporary folder that goes with this process at the latest. */
export function temporaryFolder(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `mlx-headroom-${name}-`));
  folders.add(folder);
  return folder;
}

/** Starts a program that runs until it is stopped. */
export async function startChild(
  name: string,
  command: string,
  args: readonly string[],
  options: ChildOptions = {},
): Promise<Child> {
  refuseWhileStopping();
  const folder = options.folder ?? temporaryFolder(name);
  const logFile = join(folder, "output.log");
  const log = openSync(logFile, "a");
  const [program, programArgs] = inCgroups(command, args, options.cgroups ?? []);
  const child = spawn(program, programArgs, {
    ...common(options),
    stdio: ["ignore", log, log],
  });
  closeSync(log);
  let end: string | undefined;
  const exited = exitOf(child).then((how) => (end = how));
  const pid = child.pid;
  if (pid === undefined) {
    rmSync(folder, { recursive: true, force: true });
    throw new Error(`${command} could not be started: ${await exited}.`);
  }
  const lastLines = (count = 5) =>
    existsSync(logFile) ? readFileSync(logFile, "utf8").trim().split("\n").slice(-count) : [];
  const family = familyOf(pid);
  const stop = async () => {
    await family.end();
    await exited;
    live.delete(family);
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    folders.delete(folder);
  };
  live.set(family, stop);
  return {
    pid,
    folder,
    ended: () => end,
    lastLines: (count) => lastLines(count).join("\n"),
    stop,
  };
}

/** Runs a command to its end and keeps what it says; `onLine` hears each line as it comes. */
export async function runCommand(
  command: string,
  args: readonly string[],
  options: ChildOptions & { readonly onLine?: (line: string) => void } = {},
): Promise<CommandResult> {
  refuseWhileStopping();
  const child = spawn(command, args, { ...common(options), stdio: ["ignore", "pipe", "pipe"] });
  const pid = child.pid;
  const family = pid === undefined ? undefined : familyOf(pid);
  if (family !== undefined) live.set(family, family.end);
  const output = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (chunk: string) => {
      output[name] += chunk;
      for (const line of chunk.split("\n").filter(Boolean)) options.onLine?.(line);
    });
  }
  return new Promise((resolve) => {
    const finish = (code: number | null) => {
      if (family !== undefined) live.delete(family);
      if (code === 0) resolve({ kind: "ok", ...output });
      else resolve({ kind: "failed", code, ...output });
    };
    child.once("error", (error) => {
      output.stderr += `${error.message}\n`;
      finish(null);
    });
    child.once("close", finish);
  });
}

/** Stops all that was started, newest first, and lets nothing new begin. */
export async function stopEverything(): Promise<void> {
  stopping = true;
  for (const stop of [...live.values()].reverse()) await stop();
}

function refuseWhileStopping(): void {
  if (stopping) throw new Error("Nothing is started any more: everything is being stopped.");
}

/** Each child leads a session of its own: Ctrl-C at the terminal reaches us alone, and we end them in order. */
function common(options: ChildOptions) {
  return {
    detached: true,
    env: { ...process.env, ...options.env },
    ...(options.cwd !== undefined && { cwd: options.cwd }),
  };
}

/** The shell enters the cgroups and then becomes the command: same pid, and exactly the command's arguments. */
function inCgroups(
  command: string,
  args: readonly string[],
  cgroups: readonly string[],
): [string, readonly string[]] {
  if (cgroups.length === 0) return [command, args];
  const script = `while [ "$1" != -- ]; do echo $$ > "$1/cgroup.procs" || exit 126; shift; done; shift; exec "$@"`;
  return ["/bin/sh", ["-c", script, "sh", ...cgroups, "--", command, ...args]];
}

async function exitOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once("error", (error) => {
      resolve(error.message);
    });
    child.once("exit", (code, name) => {
      resolve(name === null ? `exit code ${String(code)}` : name);
    });
  });
}
