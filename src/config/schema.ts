import { z } from "zod";
import { map, phrase, workloadName } from "../model/document.ts";
import type { WorkloadRule } from "../model/workload-rule.ts";

/** A checked config. */
export interface Config {
  readonly workloads: readonly WorkloadRule[];
}

const flags = z
  .record(z.string(), z.string(phrase("text: put it in quotes")), phrase("a map of flags"))
  .superRefine((given, context) => {
    const bare = Object.keys(given).find((flag) => !flag.startsWith("-"));
    if (bare === undefined) return;
    const message = "written as on the command line, such as --port";
    context.addIssue({ code: "custom", path: [bare], message });
  });

const match = map({
  runtime: z.string(phrase("the name of a runtime, as 'mlx-headroom ps' shows it")).optional(),
  program: z.string(phrase("the name of a script, module or binary")).optional(),
  flags: flags.optional(),
  user: z.string(phrase("a name, or a uid in quotes")).optional(),
}).refine(
  (conditions) => Object.keys(conditions).length > 0,
  phrase("at least one of runtime, program, flags or user"),
);

const workload = map({
  name: workloadName,
  match,
  expect: z.enum(["always", "never"], phrase("always or never")).default("never"),
});

/** What a config file may hold. */
export const configSchema = map({
  workloads: z
    .array(workload, phrase("a list of workloads"))
    .default([])
    .superRefine((workloads, context) => {
      for (const [index, { name }] of workloads.entries()) {
        if (workloads.findIndex((other) => other.name === name) === index) continue;
        const message = "a name that no other workload has";
        context.addIssue({ code: "custom", path: [index, "name"], message });
      }
    }),
});
