import { checkPassword } from "../../src/host/passwords.ts";
import { checkTls } from "../../src/host/tls.ts";
import type { Clock, FileRead, Host } from "../../src/model/host.ts";
import type { NvmlAnswer } from "../../src/model/nvml.ts";

/** What stands at a path: bytes, text (`forbidden` is a refusal, `blocked` blocks who reads it with risk), or a read that fails with a message. */
export type MemoryFile = string | Buffer | { readonly failed: string };

export interface MemoryHostOptions {
  readonly platform?: string;
  readonly pid?: number;
  readonly ticksPerSecond?: number;
  readonly unixSeconds?: number;
  readonly monotonicSeconds?: number;
  /** Paths that every user may read. */
  readonly readableByAll?: readonly string[];
}

/** A clock that stands still until a test moves it. */
export interface MemoryClock extends Clock {
  /** Moves both clocks on and runs whatever `every` and `sleep` have due on the way, in order of time. */
  advance(seconds: number): void;
}

/** A host made of a plain object, and what a test needs to change it and to see what was done with it. */
export interface MemoryHost extends Host {
  readonly clock: MemoryClock;
  /** Every path passed to `files.read`, `list` and `count` so far, in order; a test may empty it. */
  readonly touched: string[];
  put(path: string, file: MemoryFile): void;
  /** Removes a file, or a folder with all that is in it. */
  remove(path: string): void;
  /** Does what the first SIGINT or SIGTERM does. */
  stop(): void;
  /** What NVML answers from now on; `hangs` for nothing, until something else is set. */
  setNvml(answer: NvmlAnswer | "hangs"): void;
  /** Does what a SIGHUP does. */
  reload(): void;
}

/**
 * A host whose files are the given ones. A path ending in `/` is an empty folder; folders above a file exist by
 * themselves. `"forbidden"` at a folder's path refuses the listing and everything below it. No method uses `this`,
 * so a test that wants another part real can spread it: `{ ...memoryHost(files), listen }`.
 */
export function memoryHost(
  initial: Readonly<Record<string, MemoryFile>>,
  options: MemoryHostOptions = {},
): MemoryHost {
  const tree = new Map(Object.entries(initial));
  const touched: string[] = [];
  const stopActions: (() => void)[] = [];
  const reloadActions: (() => void)[] = [];
  let nvml: NvmlAnswer | "hangs" = { kind: "off", why: "no_driver", detail: "none is there" };
  const waitingForNvml: (() => void)[] = [];
  const sampleNvml = async (): Promise<NvmlAnswer> => {
    while (nvml === "hangs") await new Promise<void>((resolve) => waitingForNvml.push(resolve));
    return nvml;
  };

  return {
    platform: options.platform ?? "linux",
    pid: options.pid ?? 4_000_000,
    superuser: false,
    ticksPerSecond: options.ticksPerSecond ?? 100,
    clock: memoryClock(options.unixSeconds ?? 1_800_000_000, options.monotonicSeconds ?? 1000),
    touched,
    files: {
      read(path, maxBytes = 1024 * 1024): FileRead {
        touched.push(path);
        return refusal(tree, path) ?? readFile(tree, path, maxBytes);
      },
      readKept(path): FileRead {
        touched.push(path);
        return refusal(tree, path) ?? readFile(tree, path, 1024 * 1024);
      },
      exists(path) {
        touched.push(path);
        return (
          refusal(tree, path) === undefined && (tree.has(path) || namesIn(tree, path) !== undefined)
        );
      },
      list(path) {
        touched.push(path);
        const refused = refusal(tree, path);
        if (refused !== undefined) return refused;
        const names = namesIn(tree, path);
        return names === undefined ? { kind: "absent" } : { kind: "listed", names };
      },
      count(path) {
        touched.push(path);
        const refused = refusal(tree, path);
        if (refused !== undefined) return refused;
        const names = namesIn(tree, path);
        return names === undefined ? { kind: "absent" } : { kind: "counted", count: names.length };
      },
      readableByAll: (path) => options.readableByAll?.includes(path) ?? false,
    },
    riskyFiles: {
      read: (requests) =>
        Promise.resolve(
          requests.map(({ path, maxBytes }) => {
            touched.push(path);
            if (tree.get(path) === "blocked") return { kind: "blocked" };
            return refusal(tree, path) ?? readFile(tree, path, maxBytes);
          }),
        ),
      close: () => undefined,
    },
    openNvml: () => ({ sample: sampleNvml, close: () => undefined }),
    setNvml(answer) {
      nvml = answer;
      for (const resolve of waitingForNvml.splice(0)) resolve();
    },
    writer: {
      writeAll(root, files) {
        for (const file of files) tree.set(`${root}/${file.path}`, file.text);
      },
    },
    put(path, file) {
      tree.set(path, file);
    },
    remove(path) {
      for (const known of [...tree.keys()])
        if (known === path || known.startsWith(`${path}/`)) tree.delete(known);
    },
    stop() {
      for (const action of stopActions.splice(0)) action();
    },
    reload() {
      for (const action of reloadActions) action();
    },
    machineFacts: () =>
      Promise.resolve({
        hostname: "memory",
        os: "Memory OS 1",
        kernel: "6.6.0",
        cpu: "Memory CPU",
        gpus: [],
      }),
    listen: () =>
      Promise.reject(
        new Error("A memory host does not listen: spread it and give it a real listen."),
      ),
    // Both are a question to a library, and nothing of the machine.
    checkTls,
    checkPassword,
    onStop(action) {
      stopActions.push(action);
    },
    onReload(action) {
      reloadActions.push(action);
    },
  };
}

type Tree = ReadonlyMap<string, MemoryFile>;

/** The refusal or failure that stands at this path or, for a refusal, at a folder above it. */
function refusal(
  tree: Tree,
  path: string,
): Exclude<FileRead, { kind: "read" | "absent" }> | undefined {
  const here = tree.get(path);
  if (typeof here === "object" && !Buffer.isBuffer(here))
    return { kind: "failed", message: here.failed };
  for (let folder = path; folder !== ""; folder = folder.slice(0, folder.lastIndexOf("/"))) {
    if (tree.get(folder) === "forbidden") return { kind: "forbidden" };
  }
  return undefined;
}

function readFile(tree: Tree, path: string, maxBytes: number): FileRead {
  const file = tree.get(path);
  if (typeof file === "string")
    return { kind: "read", bytes: Buffer.from(file).subarray(0, maxBytes) };
  if (Buffer.isBuffer(file))
    return { kind: "read", bytes: Buffer.from(file.subarray(0, maxBytes)) };
  return namesIn(tree, path) === undefined
    ? { kind: "absent" }
    : { kind: "failed", message: "EISDIR" };
}

/** Names directly in a folder, in the order they were put there, or undefined where no such folder is. */
function namesIn(tree: Tree, path: string): readonly string[] | undefined {
  const prefix = path.endsWith("/") ? path : `${path}/`;
  const below = [...tree.keys()].filter((known) => known.startsWith(prefix));
  if (below.length === 0) return undefined;
  const names = below.map((known) => known.slice(prefix.length).split("/")[0] ?? "");
  return [...new Set(names)].filter((name) => name !== "");
}

function memoryClock(unixSeconds: number, monotonicSeconds: number): MemoryClock {
  let passed = 0;
  const timers = new Set<{ due: number; readonly period?: number; readonly action: () => void }>();

  return {
    unixSeconds: () => unixSeconds + passed,
    monotonicSeconds: () => monotonicSeconds + passed,
    sleep: (seconds) =>
      new Promise((resolve) => {
        timers.add({ due: passed + seconds, action: resolve });
      }),
    every(seconds, action) {
      const timer = { due: passed + seconds, period: seconds, action };
      timers.add(timer);
      return () => {
        timers.delete(timer);
      };
    },
    advance(seconds) {
      const end = passed + seconds;
      for (;;) {
        const next = [...timers]
          .filter((timer) => timer.due <= end)
          .sort((a, b) => a.due - b.due)[0];
        if (next === undefined) break;
        passed = next.due;
        if (next.period === undefined) timers.delete(next);
        else next.due += next.period;
        next.action();
      }
      passed = end;
    },
  };
}
