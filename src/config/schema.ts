import { z } from "zod";
import { map, phrase, workloadName } from "../model/document.ts";
import type { Policy } from "../model/policy.ts";
import type { WorkloadRule } from "../model/workload-rule.ts";
import { matchSchema } from "./match-schema.ts";
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

const workload = map({
  name: workloadName.meta(says("The name in metrics, rules and files.")),
  match: matchSchema,
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
