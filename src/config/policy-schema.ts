import { z } from "zod";
import { alertWindows } from "../catalog/alerts.ts";
import { closest } from "../model/closest.ts";
import { map, phrase, workloadName } from "../model/document.ts";
import { defaultPolicy, runbookGap } from "../model/policy.ts";
import type { Hold, ThresholdPolicies } from "../model/policy.ts";
import { lengthOfTime } from "./lengths-of-time.ts";
import { notifySchema } from "./notify-schema.ts";
import { byAlert, freeLabel, labelMap, labelValue } from "./policy-labels.ts";
import {
  alertSwitchShape,
  bySeverity,
  ownShape,
  thresholds,
  workloadPolicySchema,
} from "./policy-workload-schema.ts";
import { plainUrl } from "./probe-schema.ts";

/** What an editor shows for a key. */
const says = (description: string): { readonly description: string } => ({ description });

const longest = "30d";
const annotation = phrase("one line of text");

const alertPolicy = map({
  ...alertSwitchShape,
  for: bySeverity<number>(lengthOfTime("0s", longest), `a length of time from 0s to ${longest}`)
    .meta(says("How long its condition must hold; or a map by severity."))
    .optional(),
  keepFiringFor: lengthOfTime("0s", longest)
    .meta(says("How long it goes on after its condition has ended."))
    .optional(),
  window: lengthOfTime("5m", longest)
    .meta(says(`How far it looks back: ${Object.keys(alertWindows).join(", ")}.`))
    .optional(),
  annotations: z
    .record(freeLabel, z.string(annotation).regex(/^[^\p{Cc}]+$/u, annotation), phrase("a map"))
    .default({})
    .meta(says("Sentences instead of its own, or besides them, with gaps such as {{workload}}.")),
  labels: labelMap.default({}).meta(says("Labels of this alert.")),
});

const factor = phrase("a number of times such as 3, or a length of time such as 30m");
const className = phrase("a name of small letters, digits and -");

/** A number means times, text a length of time; both come out as numbers otherwise. */
const holdClass = z.union(
  [
    z
      .number()
      .min(0.1)
      .max(100)
      .transform((times): Hold => ({ factor: times })),
    lengthOfTime("1s", longest).transform((seconds): Hold => ({ seconds })),
  ],
  factor,
);
const joined = phrase(
  "a list that holds workload and resource, and up to three more labels, such as [workload, resource, cluster]",
);
const fixedJoin = defaultPolicy.joinLabels;

const version = phrase('a version of Prometheus in quotes, from "2.42" to "2.55" or "3.0" on');

const runbookUrl = phrase(`an address with no other gap than ${runbookGap}`);

/** What `policy:` of a config file may hold. */
export const policySchema = map({
  ...ownShape,
  labels: labelMap.default({}).meta(says("Labels of every alert.")),
  runbookBase: plainUrl
    .refine((url) => !/[{}]/.test(url.replaceAll(runbookGap, "")), runbookUrl)
    .meta(
      says(
        `The page with a heading for each alert, instead of the project's own; with ${runbookGap} in it, a page for each.`,
      ),
    )
    .optional(),
  dashboardBase: plainUrl
    .meta(says("Grafana's address: alerts link to the dashboards."))
    .optional(),
  interval: lengthOfTime("5s", "1m")
    .meta(says("How often is scraped and evaluated; 15s."))
    .optional(),
  retention: lengthOfTime("2h", "520w")
    .meta(says("How long Prometheus keeps samples, where that is short."))
    .optional(),
  hold: z
    .record(
      z.string().regex(/^[a-z][a-z0-9-]{0,30}$/, className),
      holdClass,
      phrase("a map of classes"),
    )
    .refine((classes) => Object.keys(classes).length <= 3, phrase("a map of at most three classes"))
    .default({})
    .meta(says("Classes of patience: how many times, or how long at the least, alerts wait.")),
  thresholds: thresholds.default({}),
  alerts: byAlert(alertPolicy).default({}).meta(says("What is decided for an alert.")),
  workloads: z
    .record(workloadName, workloadPolicySchema, phrase("a map of workloads"))
    .default({})
    .meta(says("What is decided for one workload, by its name.")),
  joinLabels: z
    .array(z.union([z.enum(["workload", "resource"]), freeLabel], joined), joined)
    .max(fixedJoin.length + 3, joined)
    .refine((names) => fixedJoin.every((name) => names.includes(name)), joined)
    .refine((names) => new Set(names).size === names.length, joined)
    .meta(
      says("Labels by which baselines and series find each other; more tell host classes apart."),
    )
    .optional(),
  selector: z
    .record(
      z.union([z.literal("job"), freeLabel], phrase("job or the name of a label")),
      labelValue,
      phrase("a map of labels and the values they must have"),
    )
    .default({})
    .meta(says("Labels that the exporter's series must have, such as the job's name.")),
  notify: notifySchema.optional(),
  targetVersion: z
    .string(version)
    .regex(/^(2\.(4[2-9]|5[0-5])|3\.\d{1,3})$/, version)
    .meta(says('The oldest Prometheus that reads the rules; "2.42".'))
    .optional(),
})
  .superRefine((given, context) => {
    const refuse = (path: readonly string[], message: string, input: unknown): void => {
      context.addIssue({ code: "custom", path: [...path], message, input });
    };
    for (const [name, { window }] of Object.entries(given.alerts)) {
      if (window === undefined) continue;
      const known = (alertWindows as Readonly<Record<string, { readonly least: number }>>)[name];
      const path = ["alerts", name, "window"];
      if (known === undefined) {
        refuse(path, `left out: only ${Object.keys(alertWindows).join(", ")} have one`, window);
      } else if (window < known.least) {
        refuse(path, `a length of time from ${known.least}s to ${longest}`, window);
      }
    }
    inOrder(given.thresholds, {}, ["thresholds"], refuse);
    const classes = Object.keys(given.hold);
    for (const [name, { hold: of, thresholds: own }] of Object.entries(given.workloads)) {
      inOrder(own, given.thresholds, ["workloads", name, "thresholds"], refuse);
      if (of === undefined || classes.includes(of)) continue;
      const near = closest(of, classes) ?? classes.join(" or ");
      const message = `a class of hold${near === "" ? ", and there is none" : `, such as ${near}`}`;
      refuse(["workloads", name, "hold"], message, of);
    }
  })
  .meta(says("What alerts and limits are to be like; see docs/policy.md."));

/** A checked policy as it is written. */
export type GivenPolicy = z.output<typeof policySchema>;

/** What is critical must be so later than what is a warning, defaults included. */
function inOrder(
  given: ThresholdPolicies,
  above: ThresholdPolicies,
  path: readonly string[],
  refuse: (path: readonly string[], message: string, input: unknown) => void,
): void {
  for (const resource of Object.keys(given) as (keyof ThresholdPolicies)[]) {
    const all = { ...defaultPolicy.thresholds[resource], ...above[resource], ...given[resource] };
    const { warning = 1, critical = 0 } = all;
    if (critical <= warning) continue;
    refuse([...path, resource], `in order: critical (${critical}) is above warning (${warning})`, {
      warning,
      critical,
    });
  }
}
