import { z } from "zod";
import { workloadName } from "./document.ts";

/**
 * A recording: JSON Lines, one header and then whatever happened, in order. It is only ever appended to, so that one
 * that was interrupted is whole up to its last line feed. What is not known is absent. Base units; times are seconds,
 * `t` since the header's `started` by a clock that never steps.
 */
export const recordingFormat = "mlx-headroom/recording";
/** Raised when a line changes its meaning; new optional keys do not raise it. */
export const recordingVersion = 1;

/** No machine has more of anything. */
const amount = z
  .number()
  .nonnegative()
  .max(2 ** 64);
const text = z.string().max(256);
const seconds = z.number().nonnegative();

/** `import`, `idle`, `average`, `peak` or `edge:<name>`, never pooled. */
export const scenarioName = z
  .string()
  .regex(/^(?:import|idle|average|peak|edge:[A-Za-z0-9][A-Za-z0-9_.-]{0,62})$/);

const headerSchema = z.object({
  kind: z.literal("header"),
  format: z.literal(recordingFormat),
  version: z.literal(recordingVersion),
  workload: workloadName,
  scenario: scenarioName,
  /** Unix seconds, before the year 10,000. */
  started: seconds.max(253_402_300_799),
  /** How far apart samples are meant to be. */
  interval: z.number().positive(),
  /** Live samples are of this moment; those of a Prometheus are as coarse as its scrapes. */
  source: z.enum(["live", "prometheus"]),
  host: z.object({
    os: text.optional(),
    kernel: text.optional(),
    cpu: text.optional(),
    cpuCores: amount.optional(),
    memoryBytes: amount.optional(),
    gpus: z.array(text).optional(),
  }),
  versions: z.object({
    mlxHeadroom: text,
    mlx: text.optional(),
    mlxLm: text.optional(),
    python: text.optional(),
  }),
  runtime: text.optional(),
  model: z.object({ name: text, bytes: amount.optional() }).optional(),
  /** Caps of the server's own, as its flags set them: what its caches may hold at the most. */
  caps: z
    .object({ promptCacheBytes: amount.optional(), promptCachePrompts: amount.optional() })
    .optional(),
  /** What the load was asked to be. */
  load: z
    .object({
      generator: z.enum(["openai", "command"]),
      concurrency: amount.optional(),
      promptTokens: amount.optional(),
      maxTokens: amount.optional(),
      distinctPrompts: amount.optional(),
      rate: amount.optional(),
    })
    .optional(),
});

/** What one process used; what a limit would be compared with, and what the kernel says was the most. */
const processSchema = z.object({
  pid: z.int().positive(),
  /** Unix seconds. */
  startTime: seconds,
  role: z.enum(["server", "worker", "rank", "job"]),
  /** What counts against the machine: resident and swapped; the physical footprint on macOS. */
  memoryUsedBytes: amount.optional(),
  /** The kernel's own high-water mark of the process: VmHWM, or the largest footprint on macOS. */
  memoryPeakBytes: amount.optional(),
  residentBytes: amount.optional(),
  anonymousBytes: amount.optional(),
  swapBytes: amount.optional(),
  virtualBytes: amount.optional(),
  lockedBytes: amount.optional(),
  gpuMemoryBytes: amount.optional(),
  allocatorActiveBytes: amount.optional(),
  allocatorCacheBytes: amount.optional(),
  allocatorPeakBytes: amount.optional(),
  /** Ever used; a rate needs two samples. */
  cpuSeconds: amount.optional(),
  openFds: amount.optional(),
  threads: amount.optional(),
});

const sampleSchema = z.object({
  kind: z.literal("sample"),
  t: seconds,
  /** None when the workload has no process at that moment. */
  processes: z.array(processSchema),
  /** Innermost cgroups around them. */
  cgroups: z
    .array(
      z.object({
        scope: z.string(),
        usageBytes: amount.optional(),
        workingSetBytes: amount.optional(),
      }),
    )
    .optional(),
  /** Ever-growing counts since the recording began, by name: oom_kill, high, max, oom, throttled_periods, … */
  events: z.record(z.string(), amount).optional(),
  host: z.object({ memoryAvailableBytes: amount.optional() }).optional(),
});

/** Limits in force, said when they are first seen and whenever they change. */
const limitsSchema = z.object({
  kind: z.literal("limits"),
  t: seconds,
  limits: z.array(
    z.object({
      pid: z.int().positive(),
      resource: z.string(),
      source: z.string(),
      scope: z.string(),
      hard: z.boolean(),
      limit: amount,
    }),
  ),
});

/** What the load had done by then, since it began. Latencies are seconds. */
const loadSchema = z.object({
  kind: z.literal("load"),
  t: seconds,
  requests: amount,
  errors: amount,
  tokens: amount.optional(),
  /** As the server counted them. */
  promptTokens: amount.optional(),
  distinctPrompts: amount.optional(),
  latencyP50: amount.optional(),
  latencyP95: amount.optional(),
  latencyMax: amount.optional(),
});

/** Something a reader must know: the clock stepped, a gap in the history, the load began. */
const noteSchema = z.object({
  kind: z.literal("note"),
  t: seconds,
  note: z.enum([
    "load_started",
    "load_ended",
    "clock_step",
    "gap",
    "restart",
    "workload_gone",
    "partial_data",
  ]),
  detail: text.optional(),
});

/** Absent when the recording was cut off. */
const endSchema = z.object({
  kind: z.literal("end"),
  t: seconds,
  reason: z.enum(["duration", "command_ended", "interrupted", "workload_gone", "error"]),
  /** Whether memory still grew with every request in the last third; absent without a load. */
  growth: z.enum(["level", "growing", "unknown"]).optional(),
  /** Why each figure was absent, where it always was: field → reason. */
  unavailable: z.record(z.string(), z.string()).optional(),
});

export const lineSchema = z.discriminatedUnion("kind", [
  headerSchema,
  sampleSchema,
  limitsSchema,
  loadSchema,
  noteSchema,
  endSchema,
]);

type DeepReadonly<T> = T extends object ? { readonly [K in keyof T]: DeepReadonly<T[K]> } : T;
export type RecordingLine = DeepReadonly<z.infer<typeof lineSchema>>;
export type RecordingHeader = Extract<RecordingLine, { kind: "header" }>;
export type RecordingSample = Extract<RecordingLine, { kind: "sample" }>;
export type RecordedProcess = RecordingSample["processes"][number];
