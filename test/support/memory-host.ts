import { checkPassword } from "../../src/host/passwords.ts";
import { checkTls } from "../../src/host/tls.ts";
import type { CommandRun } from "../../src/model/commands.ts";
import type { DarwinNative } from "../../src/model/darwin.ts";
import type {
  Exchange,
  ExchangeRequest,
  Followed,
  FollowRequest,
} from "../../src/model/exchange.ts";
import type { Clock, FileRead, Host, OwnedRead, TextRead, Writer } from "../../src/model/host.ts";
import type { NvmlAnswer } from "../../src/model/nvml.ts";
import { UserError } from "../../src/model/user-error.ts";

/** What stands at a path: bytes, text (`forbidden` is a refusal, `blocked` blocks who reads it with risk, `-> TARGET` is a link), or a read that fails with a message. */
export type MemoryFile =
  | string
  | Buffer
  | { readonly failed: string }
  /** A regular file of that user's; anything else is nobody's that a test named, and is refused by `readOwned`. */
  | { readonly owned: string | Buffer; readonly uid: number };

export interface MemoryHostOptions {
  readonly platform?: string;
  readonly pid?: number;
  readonly uid?: number;
  readonly ticksPerSecond?: number;
  readonly unixSeconds?: number;
  readonly monotonicSeconds?: number;
  /** Numbers of files, as `inode` tells them; without, none is known. */
  readonly inodes?: (path: string) => number | undefined;
  /** Paths that every user may read. */
  readonly readableByAll?: readonly string[];
}

/** A clock that stands still until a test moves it. */
export interface MemoryClock extends Clock {
  /** Moves both clocks on and runs whatever `every` and `sleep` have due on the way, in order of time. */
  advance(seconds: number): void;
}

/** An answer that goes on, as far as a test lets it. */
export interface Following {
  readonly request: FollowRequest;
  /** Hands over one line, if it is not ended. */
  say(line: string): void;
  end(how: Followed): void;
}

/** A host made of a plain object, and what a test needs to change it and to see what was done with it. */
export interface MemoryHost extends Host {
  readonly clock: MemoryClock;
  /** Every path passed to `files.read`, `list` and `count` so far, in order; a test may empty it. */
  readonly touched: string[];
  /** Every request that was made, in order. */
  readonly asked: ExchangeRequest[];
  /** How requests are answered from now on; nobody answers until a test says so. A promise is waited for until the request's timeout. */
  answer(by: (request: ExchangeRequest) => Exchange | Promise<Exchange>): void;
  /** Every answer that is followed, in order: a test says its lines, and ends it. */
  readonly followed: Following[];
  put(path: string, file: MemoryFile): void;
  /** Removes a file, or a folder with all that is in it. */
  remove(path: string): void;
  /** Does what the first SIGINT or SIGTERM does. */
  stop(): void;
  /** Every command that was run, in order, as one line. */
  readonly ran: string[];
  /**
   * What a command line gives from now on, or every one that begins with these words and has no answer of its own;
   * `hangs` until it is killed. What no test names is absent.
   */
  setCommand(line: string, run: CommandRun | "hangs"): void;
  /** Who answers for macOS's libraries from now on; without, koffi is missing. */
  setDarwin(native: DarwinNative): void;
  /** CPU seconds by mode for each CPU. */
  setCpuTimes(times: readonly ReadonlyMap<string, number>[]): void;
  /** What NVML answers from now on; `hangs` for nothing, until something else is set. */
  setNvml(answer: NvmlAnswer | "hangs"): void;
  /** Does what a SIGHUP does. */
  reload(): void;
  /** What was added to the file at a path by `appendTo`; undefined when it was not made. */
  appended(path: string): string | undefined;
  /** Paths that `appendTo` made, in order. */
  readonly made: string[];
  /** Files take no more than so many bytes from now on, as on a full disk. */
  room(bytes: number): void;
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
  const clock = memoryClock(options.unixSeconds ?? 1_800_000_000, options.monotonicSeconds ?? 1000);
  const asked: ExchangeRequest[] = [];
  const followed: Following[] = [];
  let answer: (request: ExchangeRequest) => Exchange | Promise<Exchange> = () => ({
    kind: "failed",
    code: "ECONNREFUSED",
  });

  function readText(path: string, maxBytes: number): TextRead {
    touched.push(path);
    const read = refusal(tree, path) ?? readFile(tree, path, maxBytes);
    return read.kind === "read" ? { kind: "read", text: read.bytes.toString("utf8") } : read;
  }
  const remove = (path: string) => {
    for (const known of [...tree.keys()])
      if (known === path || known.startsWith(`${path}/`)) tree.delete(known);
  };
  const uid = options.uid ?? 501;
  const writeAll: Writer["writeAll"] = (root, files, stale = []) => {
    for (const { path, text } of files) tree.set(`${root}/${path}`, { owned: text, uid });
    for (const path of stale) remove(`${root}/${path}`);
  };
  let nvml: NvmlAnswer | "hangs" = { kind: "off", why: "no_driver", detail: "none is there" };
  const waitingForNvml: (() => void)[] = [];
  const ran: string[] = [];
  const commands = new Map<string, CommandRun | "hangs">();
  let cpuTimes: readonly ReadonlyMap<string, number>[] = [];
  let darwin: DarwinNative = darwinWithoutKoffi;
  const made: string[] = [];
  let room = Infinity;
  const sampleNvml = async (): Promise<NvmlAnswer> => {
    while (nvml === "hangs") await new Promise<void>((resolve) => waitingForNvml.push(resolve));
    return nvml;
  };

  return {
    platform: options.platform ?? "linux",
    pid: options.pid ?? 4_000_000,
    superuser: false,
    uid,
    home: "/home/memory",
    ran,
    setCommand(line, run) {
      commands.set(line, run);
    },
    setDarwin(native) {
      darwin = native;
    },
    setCpuTimes(times) {
      cpuTimes = times;
    },
    cpuTimes: () => cpuTimes,
    openDarwin: () => ({
      sample: (pids) => darwin.sample(pids),
      commandLines: (pids) => darwin.commandLines(pids),
      close: () => {
        darwin.close();
      },
    }),
    commands: {
      async run(path, args, { seconds, maxBytes }) {
        const line = [path, ...args].join(" ");
        ran.push(line);
        const run = answerTo(commands, line);
        if (run === "hangs") {
          await clock.sleep(seconds);
          return { kind: "timeout" };
        }
        return run.kind === "ran" && maxBytes !== undefined
          ? { ...run, stdout: run.stdout.subarray(0, maxBytes) }
          : run;
      },
    },
    ticksPerSecond: options.ticksPerSecond ?? 100,
    clock,
    touched,
    asked,
    answer(by) {
      answer = by;
    },
    exchange(request, signal) {
      asked.push(request);
      let cancel: () => void = () => undefined;
      const cancelled = new Promise<Exchange>((resolve) => {
        cancel = () => {
          resolve({ kind: "cancelled" });
        };
        signal.addEventListener("abort", cancel);
      });
      const late = clock.sleep(request.timeoutSeconds).then((): Exchange => ({ kind: "timeout" }));
      return Promise.race([answer(request), late, cancelled]).finally(() => {
        signal.removeEventListener("abort", cancel);
      });
    },
    followed,
    follow(request, onLine, signal) {
      return new Promise((resolve) => {
        let ended = false;
        const end = (how: Followed) => {
          ended = true;
          resolve(how);
        };
        signal.addEventListener("abort", () => {
          end({ kind: "cancelled" });
        });
        const say = (line: string) => {
          if (!ended) onLine(line);
        };
        followed.push({ request, say, end });
      });
    },
    files: {
      read(path, maxBytes = 1024 * 1024): FileRead {
        touched.push(path);
        return refusal(tree, path) ?? readFile(tree, path, maxBytes);
      },
      readPiece(path, from, maxBytes): FileRead {
        touched.push(path);
        const read = refusal(tree, path) ?? readFile(tree, path, from + maxBytes);
        return read.kind === "read" ? { kind: "read", bytes: read.bytes.subarray(from) } : read;
      },
      readKept: (path) => readText(path, 1024 * 1024),
      readShort: (path) => readText(path, 4096),
      readOwned(path, maxBytes): OwnedRead {
        touched.push(path);
        const refused = refusal(tree, path);
        if (refused !== undefined) return refused;
        const file = tree.get(path);
        if (typeof file === "object" && "owned" in file) {
          const bytes = Buffer.from(file.owned);
          if (bytes.length > maxBytes) return { kind: "refused", why: "it is too large" };
          return { kind: "owned", bytes, uid: file.uid };
        }
        const isThere = file !== undefined || namesIn(tree, path) !== undefined;
        return isThere ? { kind: "refused", why: "it is no regular file" } : { kind: "absent" };
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
      link(path) {
        touched.push(path);
        const refused = refusal(tree, path);
        if (refused !== undefined) return refused;
        const file = tree.get(path);
        if (file === undefined) return { kind: "absent" };
        return typeof file === "string" && file.startsWith("-> ")
          ? { kind: "link", target: file.slice("-> ".length).trimEnd() }
          : { kind: "failed", message: "EINVAL" };
      },
      size(path) {
        const file = tree.get(path);
        return typeof file === "string" || Buffer.isBuffer(file)
          ? Buffer.byteLength(file)
          : undefined;
      },
      inode(path) {
        touched.push(path);
        return tree.has(path) ? options.inodes?.(path) : undefined;
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
      writeAll,
      async withTemporary(files, use) {
        const root = "/tmp/memory";
        writeAll(root, files);
        try {
          return await use(root);
        } finally {
          remove(root);
        }
      },
    },
    made,
    appended: (path) => tree.get(path) as string | undefined,
    room(bytes) {
      room = bytes;
    },
    appendTo(path) {
      made.push(path);
      tree.set(path, "");
      return {
        path,
        append(text) {
          const all = `${tree.get(path) as string}${text}`;
          if (all.length > room) throw new UserError("cannot-append", { path, detail: "ENOSPC" });
          tree.set(path, all);
        },
        close: () => undefined,
      };
    },
    startCommand: ([program]) =>
      Promise.reject(new UserError("cannot-start", { command: program, detail: "ENOENT" })),
    progressBar: () => undefined,
    shippedFile: (path) => `/package/${path}`,
    put(path, file) {
      tree.set(path, file);
    },
    remove,
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

const darwinWithoutKoffi: DarwinNative = {
  sample: () => Promise.resolve({ kind: "off", why: "no_koffi", detail: "it is not there" }),
  commandLines: () => Promise.resolve({ kind: "off", why: "no_koffi", detail: "it is not there" }),
  close: () => undefined,
};

/** The answer to the line itself, or to the longest beginning of it that has one. */
function answerTo(
  commands: ReadonlyMap<string, CommandRun | "hangs">,
  line: string,
): CommandRun | "hangs" {
  const [best] = [...commands.keys()]
    .filter((known) => line === known || line.startsWith(`${known} `))
    .sort((a, b) => b.length - a.length);
  return (best === undefined ? undefined : commands.get(best)) ?? { kind: "absent" };
}

type Tree = ReadonlyMap<string, MemoryFile>;

/** The refusal or failure that stands at this path or, for a refusal, at a folder above it. */
function refusal(
  tree: Tree,
  path: string,
): Exclude<FileRead, { kind: "read" | "absent" }> | undefined {
  const here = tree.get(path);
  if (typeof here === "object" && "failed" in here) return { kind: "failed", message: here.failed };
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
  if (typeof file === "object" && "owned" in file)
    return { kind: "read", bytes: Buffer.from(file.owned).subarray(0, maxBytes) };
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
