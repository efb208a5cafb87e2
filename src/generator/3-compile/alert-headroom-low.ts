import { constants, ruleGroups } from "../../catalog/alerts.ts";
import { metrics } from "../../catalog/metrics.ts";
import type { AlertRule } from "../../model/plan.ts";
import type { Policy } from "../../model/policy.ts";
import type { Alert } from "./alert.ts";
import {
  amountLeft,
  bindingSentence,
  label,
  percentage,
  resourceLabels,
  since,
} from "./fragments.ts";
import { headroomLowRunbook } from "./runbook-headroom-low.ts";
import { headroomLowMatrix } from "./matrix-headroom-low.ts";
import { constantOf, mostSpecific, withoutAny } from "./joins.ts";
import { nested, promql } from "./promql.ts";
import { judgedSeverities } from "./thresholds.ts";

const name = "MlxHeadroomLow";
const minute = 60;
/** Critical waits less: at 5 % a model load can take the rest within minutes. */
const forSeconds = { warning: 2 * minute, critical: 1 * minute };

/** Too little is left under the limit that binds: memory, GPU memory, file descriptors or threads of any workload. */
export const headroomLow: Alert = {
  name,
  group: ruleGroups.exhaustion,
  carries: resourceLabels,
  why: "What happens at a limit ends the work: `mlx-lm #854` aborts after a dozen growing requests, `#1390` when its prompt cache has grown to 23 GB, and `vllm-mlx #442` at 220 GB, which no tool had shown coming. Headroom is what shows it.",
  needs: ["workloadHeadroomRatio"],
  runbook: headroomLowRunbook,
  rules: (runbookUrl, policy) =>
    judgedSeverities.map((severity) => rule(severity, runbookUrl, policy)),
  matrix: headroomLowMatrix,
};

function rule(
  severity: (typeof judgedSeverities)[number],
  runbookUrl: string,
  policy: Policy,
): AlertRule {
  return {
    alert: name,
    expr: belowThreshold(severity, policy),
    forSeconds: forSeconds[severity],
    // A workload that breathes around the threshold is one alert, not twenty.
    keepFiringForSeconds: 5 * minute,
    labels: { severity },
    annotations: {
      summary: "{{workload}} on {{instance}} has {{ratio}} of its {{resource}} limit left",
      description: `Left under the {{resource}} limit: {{left}}. {{binding}} Headroom has been below the ${severity} threshold for {{since}}.`,
      runbook_url: runbookUrl,
    },
    fragments: {
      workload: label("workload"),
      instance: label("instance"),
      resource: label("resource"),
      ratio: percentage,
      left: amountLeft,
      binding: bindingSentence,
      since: since(name, severity),
    },
  };
}

/**
 * The workload's own threshold where it has one, else the default. The one side of each join is aggregated: a constant
 * that exists twice would otherwise fail the rule and blind it for every workload.
 */
function belowThreshold(severity: string, policy: Policy): string {
  const ratio = metrics.workloadHeadroomRatio.name;
  const key = ["workload", "resource"];
  const threshold = constantOf(constants.headroomThreshold, `severity="${severity}"`);
  const own = constantOf(constants.headroomThreshold, `severity="${severity}"`, 'workload!=""');
  return promql(
    [
      mostSpecific(
        policy,
        ratio,
        key,
        own,
        (left, on, right) => `${left}\n  < on (${on}) group_left ()\nmax by (${on}) (${right()})`,
      ),
      "or",
      "(",
      nested(withoutAny(policy, ratio, key, own)),
      ")",
      "  < on (resource) group_left ()",
      `max by (resource) (${threshold('workload=""')})`,
    ].join("\n"),
  );
}
