import type { RecordingHeader } from "./recording.ts";

/** What can be drawn of a sample as one number, by resource; of several processes it is the largest. */
export type Columns<Name extends string = string> = Readonly<Record<Name, Float64Array>>;

/** A limit that what was recorded came up against, so that the true peak may lie above it. */
export type Censor =
  | { readonly limit: number; readonly source: string; readonly scope: string }
  /** The kernel counted one of these while it was recorded. */
  | { readonly event: "oom_kill" | "oom"; readonly count: number };

/** A hard limit that was in force at some time. */
export interface RunLimit {
  readonly resource: string;
  readonly source: string;
  readonly scope: string;
  readonly limit: number;
}

/** What was asked of the workload while it was recorded, as far as that was counted. */
export interface RunLoad {
  readonly requests: number;
  readonly errors: number;
  readonly distinctPrompts?: number;
}

/** One recording, read: a run. Samples are columns of numbers, because there are 86,400 of them in a day. */
export interface Run<Name extends string = string> {
  /** The name of its file, without the folder: the same on every machine. */
  readonly name: string;
  readonly header: RecordingHeader;
  /** False when it was cut off: what came before is good. */
  readonly complete: boolean;
  /** Seconds since it began, of every sample in which the workload had a process. */
  readonly seconds: Float64Array;
  /** As long as `seconds`. NaN is a figure that is not known. */
  readonly columns: Columns<Name>;
  /** Each begins with the first sample, one after a time without any process, or one after a restart. */
  readonly lives: readonly Life[];
  /** The most processes in one sample. */
  readonly mostProcesses: number;
  /** The kernel's own mark of the most memory of one process; `older` when it was reached before the recording began. */
  readonly kernelPeak?: { readonly bytes: number; readonly older: boolean };
  readonly limits: readonly RunLimit[];
  readonly censored: Readonly<Partial<Record<Name, Censor>>>;
  readonly load?: RunLoad;
  /** Seconds since it began at which load began, and at which the caches had seen enough to be full. */
  readonly loadStarted?: number;
  readonly cachesFull?: number;
}

/** From this sample on until the next life begins; how many seconds its oldest process had lived by then. */
export interface Life {
  readonly at: number;
  readonly age: number;
}

/** What a run went through, as indexes of its samples: each phase is a list of stretches [from, to). */
export interface Phases {
  readonly load: readonly Stretch[];
  readonly warmup: readonly Stretch[];
  readonly steady: readonly Stretch[];
  /** Memory had not come to rest when the recording ended. */
  readonly growing: boolean;
}
export type Phase = "load" | "warmup" | "steady";
export type Stretch = readonly [from: number, to: number];
