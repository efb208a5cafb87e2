import { z } from "zod";
import { map, phrase } from "../model/document.ts";
import { limitedResources, policySeverities, rollouts } from "../model/policy.ts";
import type { BySeverity, PolicySeverity, ThresholdPolicies } from "../model/policy.ts";
import { lengthOfTime } from "./lengths-of-time.ts";
import { byAlert, labelValue } from "./policy-labels.ts";

/** What an editor shows for a key. */
const says = (description: string): { readonly description: string } => ({ description });

const severity = z.enum(policySeverities, phrase(policySeverities.join(", ")));

/** One value, or one for each severity that an alert's rules are built with. */
export function bySeverity<T>(value: z.ZodType<T, string>, expected: string) {
  const each = map({
    critical: value.optional(),
    warning: value.optional(),
    info: value.optional(),
  });
  return z
    .union([value, each], phrase(`${expected}, or a map of critical, warning and info to such`))
    .transform((given): BySeverity<T> => {
      if (typeof given !== "object" || given === null) {
        const all = given;
        return { critical: all, warning: all, info: all };
      }
      const rows = policySeverities.flatMap((key) => {
        const own = (given as BySeverity<T>)[key];
        return own === undefined ? [] : [[key, own] as const];
      });
      return Object.fromEntries(rows);
    });
}

/** Whether an alert is wanted, and how urgent it is. */
export const alertSwitchShape = {
  enabled: z
    .boolean(phrase("true or false"))
    .meta(says("false: the alert never fires."))
    .optional(),
  severity: bySeverity<PolicySeverity>(severity, "critical, warning or info")
    .meta(says("What it fires as; or a map from what it is built with to that."))
    .optional(),
};

const ratio = phrase("a share of the limit above 0 and up to 0.5");
const share = z.number(ratio).positive(ratio).max(0.5, ratio);
const times = phrase("a number from 1 to 10");

const threshold = map({
  warning: share.meta(says("A warning where less of the limit is left.")).optional(),
  critical: share.meta(says("Critical where less of the limit is left.")).optional(),
  usage: z
    .number(times)
    .min(1, times)
    .max(10, times)
    .meta(
      says("How many times what was recorded usage may be; instead of the margin of the grade."),
    )
    .optional(),
});

/** Thresholds by resource: of all whose limits have a headroom ratio. */
export const thresholds = map({
  memory: threshold.optional(),
  gpu_memory: threshold.optional(),
  swap: threshold.optional(),
  cpu: threshold.optional(),
  cpu_time: threshold.optional(),
  threads: threshold.optional(),
  open_fds: threshold.optional(),
  locked_memory: threshold.optional(),
})
  .transform((given) => given as ThresholdPolicies)
  .meta(says("Headroom ratios and margins, by resource."));

const size = phrase("a number of bytes, or one such as 24GiB");
const powers: Readonly<Record<string, number>> = { KiB: 1, MiB: 2, GiB: 3, TiB: 4 };
const bytes = z
  .union(
    [
      z.int(size).min(1, size),
      z.string(size).regex(/^\d{1,9}(\.\d{1,3})?(KiB|MiB|GiB|TiB)$/, size),
    ],
    size,
  )
  .transform((given) => {
    if (typeof given === "number") return given;
    const [, amount = "", unit = ""] = /^([\d.]+)(\w+)$/.exec(given) ?? [];
    return Math.floor(Number(amount) * 1024 ** (powers[unit] ?? 0));
  });

/** Keys that stand for all workloads, and again for one. */
export const ownShape = {
  owner: labelValue.meta(says("Who is asked: a label on alerts, and in the documents.")).optional(),
  reviewEvery: lengthOfTime("1d", "520w")
    .meta(says("How old a baseline may become before MlxBaselineStale fires; 90d."))
    .optional(),
  rollout: z
    .enum(rollouts, phrase("observe, soft or hard"))
    .meta(says("How far limits have come: observe makes alerts about limits information."))
    .optional(),
};

/** What is decided for one workload. */
export const workloadPolicySchema = map({
  ...ownShape,
  hold: z
    .string(phrase("the name of a class of hold"))
    .meta(says("The class of hold that it is in."))
    .optional(),
  thresholds: thresholds.default({}),
  alerts: byAlert(map(alertSwitchShape)).default({}),
  limits: map(Object.fromEntries(limitedResources.map((name) => [name, bytes.optional()])))
    .default({})
    .meta(says("The limits in force: compile says where the recorded peak leaves too little.")),
});
