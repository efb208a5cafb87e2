import { z } from "zod";
import type { WorkloadRule } from "../model/workload-rule.ts";

const name = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9_.:-]{0,62}$/,
    "a workload's name has 1 to 63 letters, digits or _ . : - and begins with a letter or digit",
  );

const match = z
  .strictObject({
    runtime: z.string().optional(),
    program: z.string().optional(),
    flags: z
      .record(z.string(), z.string({ error: "a flag's value is text: put it in quotes" }))
      .superRefine((flags, context) => {
        const bare = Object.keys(flags).find((flag) => !flag.startsWith("-"));
        if (bare === undefined) return;
        const message = "a flag is written as on the command line, such as --port";
        context.addIssue({ code: "custom", path: [bare], message });
      })
      .optional(),
    user: z.string({ error: "a user is a name or a uid in quotes" }).optional(),
  })
  .refine(
    (conditions) => Object.keys(conditions).length > 0,
    "give at least one of runtime, program, flags or user",
  );

/** What a config file may hold. */
export const configSchema = z.strictObject({
  workloads: z
    .array(z.strictObject({ name, match, expect: z.enum(["always", "never"]).default("never") }))
    .default([])
    .superRefine((workloads, context) => {
      for (const [index, workload] of workloads.entries()) {
        if (workloads.findIndex((other) => other.name === workload.name) < index) {
          context.addIssue({
            code: "custom",
            path: [index, "name"],
            message: `'${workload.name}' is given twice; names must differ`,
          });
        }
      }
    }),
});

/** A checked config. */
export interface Config {
  readonly workloads: readonly WorkloadRule[];
}
