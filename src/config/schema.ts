import { z } from "zod";
import { map, phrase, workloadName } from "../model/document.ts";
import type { Policy } from "../model/policy.ts";
import { ruleVariable, type WorkloadRule } from "../model/workload-rule.ts";
import { policySchema } from "./policy-schema.ts";
import { probeSchema } from "./probe-schema.ts";

/** A checked config. */
export interface Config {
  readonly workloads: readonly WorkloadRule[];
  /** What alerts and limits are to be like; absent where the file does not say. */
  readonly policy?: Policy;
}

/** What an editor shows for a key. */
const says = (description: string): { readonly description: string } => ({ description });

const flags = z
  .record(z.string(), z.string(phrase("text: put it in quotes")), phrase("a map of flags"))
  .superRefine((given, context) => {
    const bare = Object.keys(given).find((flag) => !flag.startsWith("-"));
    if (bare === undefined) return;
    const message = "written as on the command line, such as --port";
    context.addIssue({ code: "custom", path: [bare], message });
  })
  .meta({
    ...says("Flags of the command line with the values they must have, as text."),
    propertyNames: { pattern: "^-" },
  });

const environment = z
  .record(
    z.string().regex(ruleVariable, phrase("MLX_RANK or a name that starts with MLX_HEADROOM_")),
    z.string(phrase("text: put it in quotes")),
    phrase("a map of variables"),
  )
  .refine((given) => Object.keys(given).length > 0, phrase("a map of at least one variable"))
  .meta({
    ...says("Variables of the environment with the values they must have, as text."),
    minProperties: 1,
  });

const match = map({
  runtime: z
    .string(phrase("the name of a runtime, as 'mlx-headroom ps' shows it"))
    .meta(says("The runtime's name as 'mlx-headroom ps' shows it."))
    .optional(),
  program: z
    .string(phrase("the name of a script, module or binary"))
    .meta(says("The script, module or binary itself; it also claims what is no known runtime."))
    .optional(),
  flags: flags.optional(),
  user: z
    .string(phrase("a name, or a uid in quotes"))
    .meta(says("The owner's name, or the uid in quotes."))
    .optional(),
  unit: z
    .string(phrase("the name of a systemd service, such as chat.service"))
    .regex(/.\.service$/, phrase("the name of a systemd service, such as chat.service"))
    .meta(says("The innermost systemd service that runs it."))
    .optional(),
  environment: environment.optional(),
})
  .refine(
    (conditions) => Object.keys(conditions).length > 0,
    phrase("at least one of runtime, program, flags, user, unit or environment"),
  )
  .meta({ ...says("Conditions, all of which must hold; at least one."), minProperties: 1 });

const workload = map({
  name: workloadName.meta(says("The name in metrics, rules and files.")),
  match,
  expect: z
    .enum(["always", "never"], phrase("always or never"))
    .default("never")
    .meta(says("always: a workload without a process is a fault; never: it is not.")),
  probe: probeSchema.optional(),
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
    })
    .meta(says("Which processes make up a workload; the first that matches names a process.")),
  policy: policySchema.optional(),
}).meta({ title: "The config file of mlx-headroom" });
