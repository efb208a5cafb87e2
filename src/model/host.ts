import type { RequestListener } from "node:http";
import type { Commands } from "./commands.ts";
import type { AppendFile } from "./append-file.ts";
import type { ChildCommand } from "./child-command.ts";
import type { ConnectionLimits } from "./connection-limits.ts";
import type { DarwinNative } from "./darwin.ts";
import type { Exchange, ExchangeRequest, Followed, FollowRequest } from "./exchange.ts";
import type { Nvml } from "./nvml.ts";
import type { ProgressBar } from "./progress-bar.ts";
import type { TlsMaterial } from "./web-config.ts";

/** The contract for the outside world. Only bin.ts sees a real one; everything else is handed it. */

/** What came of reading a file: its bytes, or why there are none. */
export type FileRead =
  | { readonly kind: "read"; readonly bytes: Buffer }
  | { readonly kind: "absent" }
  | { readonly kind: "forbidden" }
  | { readonly kind: "failed"; readonly message: string };

/** What came of reading a file as text. */
export type TextRead =
  { readonly kind: "read"; readonly text: string } | Exclude<FileRead, { readonly kind: "read" }>;

/** What came of listing a folder. */
export type Listing =
  | { readonly kind: "listed"; readonly names: readonly string[] }
  | { readonly kind: "absent" }
  | { readonly kind: "forbidden" }
  | { readonly kind: "failed"; readonly message: string };

/** What a symbolic link says, or why that is not known. */
export type LinkRead =
  { readonly kind: "link"; readonly target: string } | Exclude<FileRead, { kind: "read" }>;
/**
 * What came of reading a file that another user may have put there: its bytes and whose it is, or why it is left alone.
 * `refused` says what it is instead of a file that a program would write.
 */
export type OwnedRead =
  | { readonly kind: "owned"; readonly bytes: Buffer; readonly uid: number }
  | { readonly kind: "refused"; readonly why: string }
  | Exclude<FileRead, { kind: "read" }>;

/** Reading, always whole files and always synchronously: /proc answers faster than a promise resolves. */
export interface Files {
  /** Reads a whole file, at most `maxBytes` of it (default 1 MiB). Never throws. */
  read(path: string, maxBytes?: number): FileRead;
  /** Reads a piece of a file that is too large to hold: from a byte on, at most `maxBytes`; nothing at its end. Never throws. */
  readPiece(path: string, from: number, maxBytes: number): FileRead;
  /**
   * Reads a text of the kernel that will be read again and again, with lines below 1 KiB. It is kept open, which halves
   * the price, and never speaks of a later process under the same pid. What is no UTF-8 in it is replaced. Never throws.
   */
  readKept(path: string): TextRead;
  /** Reads a text of the kernel that is shorter than 4 KiB, once: in one read, and not kept open. Never throws. */
  readShort(path: string): TextRead;
  /**
   * Reads a file that may be hostile: a regular one of at most `maxBytes`, which is no link, and with its owner. Never
   * waits for whoever put it there, and never throws.
   */
  readOwned(path: string, maxBytes: number): OwnedRead;
  /** Whether anything is at a path that this user may know of. Never throws. */
  exists(path: string): boolean;
  /** Lists the names in a folder. Never throws. */
  list(path: string): Listing;
  /** Where a symbolic link leads, such as `socket:[123]` of a descriptor. Never throws. */
  link(path: string): LinkRead;
  /** The number that tells a file from every other of its file system; undefined when there is none. Never throws. */
  inode(path: string): number | undefined;
  /** Bytes of a file; undefined when there is none. Never throws. */
  size(path: string): number | undefined;
  /**
   * Counts the entries of a `/proc/PID/fd` folder. Since Linux 6.2 the folder's size is the count, which needs
   * no permission on the process; before that the folder is listed.
   */
  count(
    path: string,
  ): { readonly kind: "counted"; readonly count: number } | Exclude<FileRead, { kind: "read" }>;
  /** Whether every user of the machine may read a file; false when that cannot be told. */
  readableByAll(path: string): boolean;
}

/** What came of a read that may block; `blocked` when it did, or when too many others do. */
export type RiskyRead = FileRead | { readonly kind: "blocked" };

/**
 * Reading files whose read can block for ever, as `/proc/PID/cmdline` and `environ` do while the process is stuck in a
 * page fault: done elsewhere, and given up after a while.
 */
export interface RiskyFiles {
  /** Answers in the order of the requests. Never rejects. */
  read(
    requests: readonly { readonly path: string; readonly maxBytes: number }[],
  ): Promise<readonly RiskyRead[]>;
  /** Waits for nothing. */
  close(): void;
}

/** Writing whole files, for what commands make. */
export interface Writer {
  /**
   * Writes files under `root` and removes `stale` ones, both named with forward slashes: all of it, or nothing. None is
   * ever half-written, and what fails, or is interrupted, leaves everything as it was. Throws a UserError.
   */
  writeAll(
    root: string,
    files: readonly { readonly path: string; readonly text: string }[],
    stale?: readonly string[],
  ): void;
  /** Writes files to a new folder that is removed when `use` has ended, or this process is. */
  withTemporary<T>(
    files: readonly { readonly path: string; readonly text: string }[],
    use: (root: string) => Promise<T>,
  ): Promise<T>;
}

/** Wall clock and a clock that never steps, both in seconds. */
export interface Clock {
  unixSeconds(): number;
  monotonicSeconds(): number;
  sleep(seconds: number): Promise<void>;
  /** Calls `action` every `seconds` until the returned function is called. */
  every(seconds: number, action: () => void): () => void;
}

/** What the machine is, read once: never in a scrape. */
export interface MachineFacts {
  readonly hostname: string;
  readonly os: string;
  readonly kernel: string;
  readonly cpu: string;
  readonly gpus: readonly string[];
}

/** A function that answers one HTTP request, as node:http and express understand it. */
export type RequestHandler = RequestListener;

/** How connections are made and what each may cost. */
export interface ListenOptions {
  readonly limits?: ConnectionLimits;
  /**
   * Asked at every new connection, so it must be quick; giving the same object again means that nothing changed.
   * Absent: plain HTTP. Whether clients are asked for certificates is settled by what it gives first.
   */
  readonly tls?: () => TlsMaterial;
  /** Hears why a TLS connection came to nothing. */
  readonly onRefused?: (detail: string) => void;
}

/** A server that listens. */
export interface Listener {
  /** Where it listens, with the port that was really taken. */
  readonly url: string;
  close(): Promise<void>;
}

export interface Host {
  readonly platform: string;
  /** This process, so that discovery can leave it and its parents out. */
  readonly pid: number;
  /** Whether this process may do anything; it need not. */
  readonly superuser: boolean;
  /** Whose process this is: the effective uid; -1 on a platform without any. */
  readonly uid: number;
  /** The home folder of its user. */
  readonly home: string;
  /** Clock ticks per second of /proc figures (USER_HZ). */
  readonly ticksPerSecond: number;
  readonly files: Files;
  readonly riskyFiles: RiskyFiles;
  /** NVIDIA's management library: the one at a path, or the one that the linker finds. Nothing is loaded before it is asked. */
  openNvml(libraryPath?: string): Nvml;
  readonly commands: Commands;
  /** macOS's system library: the one at a path, or the machine's. Nothing is loaded before it is asked. */
  openDarwin(libraryPath?: string): DarwinNative;
  /** CPU seconds since boot by mode (user, nice, system, idle), one entry for each CPU. */
  cpuTimes(): readonly ReadonlyMap<string, number>[];
  readonly writer: Writer;
  readonly clock: Clock;
  /** Makes a new file and the folders above it; never one that exists: `NAME-2.jsonl` is made beside `NAME.jsonl`. Throws a UserError. */
  appendTo(path: string): AppendFile;
  /** Starts a program; throws a UserError where there is none. */
  startCommand(argv: readonly [string, ...string[]]): Promise<ChildCommand>;
  /** A bar on stderr; undefined where that is no terminal. */
  progressBar(total: number): ProgressBar | undefined;
  /** Where a file of this package lies, named from the package's own folder. */
  shippedFile(path: string): string;
  machineFacts(): Promise<MachineFacts>;
  listen(
    address: ListenAddress,
    handler: RequestHandler,
    options?: ListenOptions,
  ): Promise<Listener>;
  /** Asks once over HTTP, within limits, until `signal` says that nobody waits any more. Never rejects. */
  exchange(request: ExchangeRequest, signal: AbortSignal): Promise<Exchange>;
  /** Asks once and hands over an answer that goes on, line by line, until it ends or `signal` says so. Never rejects. */
  follow(
    request: FollowRequest,
    onLine: (line: string) => void,
    signal: AbortSignal,
  ): Promise<Followed>;
  /** Throws a UserError that says what is wrong with a certificate, a key or authorities. */
  checkTls(material: TlsMaterial): void;
  /** Whether a password has this bcrypt hash; takes tens of milliseconds or more, and holds nothing else up. */
  checkPassword(password: string, hash: string): Promise<boolean>;
  /** Calls `action` once on the first SIGINT or SIGTERM. */
  onStop(action: () => void): void;
  /** Calls `action` at every SIGHUP, which then no longer ends the program. */
  onReload(action: () => void): void;
}

/** Where to listen; host `""` means every address. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** Where the kernel's file systems are mounted, `/proc`, `/sys` and `/` unless a flag says otherwise. */
export interface Roots {
  readonly procfs: string;
  readonly sysfs: string;
  readonly rootfs: string;
}
