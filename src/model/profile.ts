import { z } from "zod";
import { map, phrase, workloadName } from "./document.ts";
import type { Resource } from "./limit.ts";

/** What the recordings of one workload came to: the figures that limits, thresholds and bands are made of. */
export type Profile = DeepReadonly<z.infer<typeof profileSchema>>;
export type Grade = Profile["grade"];
/** `import`, `idle`, `average`, `peak` or `edge:<name>`, never pooled. */
type Scenario = Profile["figures"]["scenarios"][string];
/** Resources that have a baseline; of the others only the limits are known. */
export type BaselineResource = Extract<
  Resource,
  "memory" | "cpu" | "threads" | "open_fds" | "gpu_memory"
>;
/** One resource in one scenario, per process, in base units: bytes, cores, or a count. */
export type Figures = NonNullable<Scenario["resources"][BaselineResource]>;

const amount = z
  .number(phrase("a number of 0 or more"))
  .nonnegative(phrase("a number of 0 or more"));
const count = z
  .int(phrase("a whole number of 1 or more"))
  .min(1, phrase("a whole number of 1 or more"));

const text = z.string(phrase("text"));
const flag = z.boolean(phrase("true or false"));
const nEff = z.number(phrase("a number above 0")).positive(phrase("a number above 0")).optional();

const ascending = ["min", "p50", "p95", "p99", "max"] as const;
const figuresSchema = map({
  /** Samples of the steady phase, and how many independent ones they are worth. */
  n: count.optional(),
  nEff,
  /** Of the steady phase. Each quantile with its upper bound, at 95 % confidence. */
  min: amount.optional(),
  p50: amount.optional(),
  p50Upper: amount.optional(),
  p95: amount.optional(),
  p95Upper: amount.optional(),
  p99: amount.optional(),
  p99Upper: amount.optional(),
  /** The larger of the largest sample and the kernel's own mark, of every phase; of CPU that of the steady phase. */
  max: amount,
  sampledMax: amount.optional(),
  kernelPeak: amount.optional(),
  /** The kernel's mark was reached before the recording began. */
  kernelPeakOlder: flag.optional(),
  /** The largest of each run. */
  runPeaks: z.array(amount, phrase("a list of numbers")).optional(),
  /** The peak was cut off by a limit, or by the kernel: the true one is not known. */
  censored: map({
    limit: amount.optional(),
    source: text.optional(),
    scope: text.optional(),
    event: text.optional(),
    count: count.optional(),
  }).optional(),
}).superRefine((figures, context) => {
  const given = ascending.filter((key) => figures[key] !== undefined);
  given.forEach((key, index) => {
    const next = given[index + 1];
    if (next !== undefined && Number(figures[key]) > Number(figures[next])) {
      const message = `at most ${next} (${Number(figures[next])})`;
      context.addIssue({ code: "custom", path: [key], message, input: figures[key] });
    }
  });
});

const grade = z.enum(["A", "B", "C"], phrase("A, B or C"));

/** Seconds of the longest run, samples of all of them, and the largest figures in that phase. */
const phaseSchema = map({
  seconds: amount,
  n: count,
  memoryMax: amount.optional(),
  gpuMemoryMax: amount.optional(),
  cpuMax: amount.optional(),
});

const scenarioSchema = map({
  runs: count,
  n: count,
  /** Of memory, or where that is not known of the resource that has the fewest. */
  nEff,
  grade: grade.optional(),
  /** Why that grade, in words. */
  why: text.optional(),
  phases: map({
    load: phaseSchema.optional(),
    warmup: phaseSchema.optional(),
    steady: phaseSchema.optional(),
  }).optional(),
  /** What was asked of it, over all runs. */
  load: map({
    requests: amount,
    errors: amount,
    distinctPrompts: amount.optional(),
  }).optional(),
  resources: map({
    memory: figuresSchema.optional(),
    cpu: figuresSchema.optional(),
    open_fds: figuresSchema.optional(),
    threads: figuresSchema.optional(),
    rss: figuresSchema.optional(),
    swap: figuresSchema.optional(),
    gpu_memory: figuresSchema.optional(),
    allocator_active: figuresSchema.optional(),
    allocator_cache: figuresSchema.optional(),
    allocator_peak: figuresSchema.optional(),
  } satisfies Record<BaselineResource, unknown> & Record<string, unknown>),
});

/** A part of a workload's memory, in bytes, and where the number comes from. */
const componentSchema = map({ bytes: amount, from: text });

/** A profile as it lies on disk. */
export const profileSchema = map({
  apiVersion: z.literal("mlx-headroom/v1alpha1", phrase("mlx-headroom/v1alpha1")),
  kind: z.literal("Profile", phrase("Profile")),
  workload: workloadName,
  /** The class of hosts it was recorded on, as labels of `joinLabels`; without them it holds wherever no class does. */
  labels: z
    .record(
      z.string().regex(/^(?!__)[A-Za-z_]\w{0,62}$/, phrase("the name of a label")),
      workloadName,
      phrase("a map of labels"),
    )
    .optional(),
  recorded: z.iso.date(phrase("a date, such as 2026-11-02")),
  grade,
  /** Why that grade, in words. */
  why: text.optional(),
  host: map({
    os: text.optional(),
    memoryBytes: count.optional(),
    cpu: text.optional(),
    kernel: text.optional(),
    cpuCores: amount.optional(),
    gpus: z.array(text, phrase("a list of names")).optional(),
  }).optional(),
  versions: map({
    mlxHeadroom: text.optional(),
    mlx: text.optional(),
    mlxLm: text.optional(),
    python: text.optional(),
  }).optional(),
  runtime: text.optional(),
  model: map({ name: text, bytes: amount.optional() }).optional(),
  /** What recordings disagree about, each with all that they say. */
  mixed: z
    .record(z.string(), z.array(text, phrase("a list of texts")), phrase("a map of lists"))
    .optional(),
  /** What memory is made of. */
  components: map({
    framework: componentSchema.optional(),
    weights: componentSchema.optional(),
    modelFiles: componentSchema.optional(),
    underLoad: componentSchema.optional(),
    cacheCap: componentSchema.optional(),
    unknown: z.array(text, phrase("a list of names")).optional(),
  }).optional(),
  figures: map({
    /** Said in the file, because limits apply to processes and sums would look alike. */
    per: z.literal("process", phrase("process")),
    /** Of several processes, each sample takes the largest, figure by figure. */
    of: z.literal("largest", phrase("largest")).optional(),
    scenarios: z
      .record(
        z
          .string()
          .regex(
            /^(?:import|idle|average|peak|edge:[A-Za-z0-9][A-Za-z0-9_.-]{0,62})$/,
            phrase("import, idle, average, peak or edge:<name>"),
          ),
        scenarioSchema,
        phrase("a map of scenarios"),
      )
      .refine(
        (scenarios) => Object.keys(scenarios).length > 0,
        phrase("a map of at least one scenario"),
      ),
  }),
  /** What it was made of. */
  recordings: z
    .array(
      map({
        file: text,
        scenario: text,
        started: text,
        source: text.optional(),
        seconds: amount,
        samples: amount,
        complete: flag,
      }),
      phrase("a list of recordings"),
    )
    .optional(),
});

/** The schema of a profile as editors read it. */
export function profileJsonSchema(): string {
  const schema = z.toJSONSchema(profileSchema, { target: "draft-2020-12", io: "input" });
  return `${JSON.stringify(schema, undefined, 2)}\n`;
}

type DeepReadonly<T> = T extends object ? { readonly [K in keyof T]: DeepReadonly<T[K]> } : T;
