import type { Figure, Reason } from "./figure.ts";

/** One row of ps(1) on macOS. */
export interface PsRow {
  readonly pid: number;
  readonly parentPid: number;
  /** May be negative: `nobody` is -2. */
  readonly uid: number;
  /** 0 for a zombie, and for a process that is swapped out whole. */
  readonly residentBytes: number;
  /** To a hundredth of a second, threads that ended included, children not. */
  readonly cpuUserSeconds: number;
  readonly cpuSystemSeconds: number;
  /** Unix seconds, whole. With the pid it is the identity of a process. */
  readonly startTime: number;
  /** The kernel's short name, at most 16 bytes. */
  readonly shortName: string;
  /** The arguments joined by blanks and encoded by vis(3), as ps prints them: their boundaries are lost. */
  readonly command: string;
  readonly zombie: boolean;
}

/** What one process says of itself when the kernel is asked by native calls. Each figure fails by itself. */
export interface NativeProcess {
  readonly pid: number;
  /** Unix seconds, to the microsecond. */
  readonly startTime: Figure;
  readonly cpuUserSeconds: Figure;
  readonly cpuSystemSeconds: Figure;
  readonly residentBytes: Figure;
  /** phys_footprint: what counts against the machine, memory that is compressed or swapped out and the GPU's included. */
  readonly footprintBytes: Figure;
  readonly footprintPeakBytes: Figure;
  /** Of it, what is compressed or swapped out. */
  readonly compressedBytes: Figure;
  /** Graphics memory in its name, compressed or not. */
  readonly graphicsBytes: Figure;
  readonly wiredBytes: Figure;
  readonly pageIns: Figure;
  readonly diskReadBytes: Figure;
  readonly diskWrittenBytes: Figure;
  readonly threads: Figure;
  readonly openFds: Figure;
}

/** Why native calls are not made: no library to make them with, not a machine for them, or their answers look wrong. */
export type NativeOff = "no_koffi" | "no_library" | "self_check";

/** What came of asking. */
export type NativeAnswer<T> =
  | { readonly kind: "answered"; readonly value: T }
  | { readonly kind: "off"; readonly why: NativeOff; readonly detail: string }
  /** The child that calls has died; the next question starts another, after a while. */
  | { readonly kind: "failed"; readonly reason: Reason; readonly detail: string }
  | { readonly kind: "blocked" };

/** Calls into macOS's libraries, made in a child process: one that goes wrong costs its answer and nothing else. */
export interface DarwinNative {
  /** One entry for each pid that is still there, in any order. Never rejects. */
  sample(pids: readonly number[]): Promise<NativeAnswer<readonly NativeProcess[]>>;
  /** Exact arguments, or why there are none. What follows them in memory, the environment, is never read. Never rejects. */
  commandLines(
    pids: readonly number[],
  ): Promise<NativeAnswer<ReadonlyMap<number, readonly string[] | { readonly missing: Reason }>>>;
  /** Waits for nothing. */
  close(): void;
}

/** Every process of the machine as ps listed them, or why it did not. */
export type ProcessTable =
  | { readonly kind: "listed"; readonly rows: readonly PsRow[] }
  | { readonly kind: "unlisted"; readonly reason: Reason; readonly detail: string };

/** A job of launchd that runs, and the label it goes by. */
export interface LaunchdJob {
  readonly pid: number;
  readonly label: string;
}

/** Jobs as launchctl listed them, those of whoever asks, or why it did not. */
export type JobList =
  { readonly value: readonly LaunchdJob[] } | { readonly missing: Reason; readonly detail: string };

/** What launchd runs, for discovery and the collector alike. */
export interface LaunchdJobs {
  /**
   * A list that nobody began to make before `since`, in monotonic seconds. One that could not be had is not asked for
   * again for half a minute. Never rejects, and takes no longer than a command that is killed.
   */
  list(since: number): Promise<JobList>;
}
