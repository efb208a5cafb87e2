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

const ascending = ["min", "p50", "p95", "p99", "max"] as const;
const figuresSchema = map({
  min: amount.optional(),
  p50: amount.optional(),
  p95: amount.optional(),
  p99: amount.optional(),
  max: amount,
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

const scenarioSchema = map({
  runs: count,
  n: count,
  nEff: z.number(phrase("a number above 0")).positive(phrase("a number above 0")).optional(),
  resources: map({
    memory: figuresSchema.optional(),
    cpu: figuresSchema.optional(),
    open_fds: figuresSchema.optional(),
    threads: figuresSchema.optional(),
    gpu_memory: figuresSchema.optional(),
  } satisfies Record<BaselineResource, unknown>),
});

/** A profile as it lies on disk. */
export const profileSchema = map({
  apiVersion: z.literal("mlx-headroom/v1alpha1", phrase("mlx-headroom/v1alpha1")),
  kind: z.literal("Profile", phrase("Profile")),
  workload: workloadName,
  recorded: z.iso.date(phrase("a date, such as 2026-11-02")),
  grade: z.enum(["A", "B", "C"], phrase("A, B or C")),
  host: map({
    os: z.string(phrase("text")).optional(),
    memoryBytes: count.optional(),
    cpu: z.string(phrase("text")).optional(),
  }).optional(),
  figures: map({
    /** Said in the file, because limits apply to processes and sums would look alike. */
    per: z.literal("process", phrase("process")),
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
});

type DeepReadonly<T> = T extends object ? { readonly [K in keyof T]: DeepReadonly<T[K]> } : T;
