import { alertWindows } from "../../catalog/alerts.ts";
import { closest } from "../../model/closest.ts";
import type { AlertRule } from "../../model/plan.ts";
import { defaultPolicy } from "../../model/policy.ts";
import type { Policy } from "../../model/policy.ts";
import type { Profile } from "../../model/profile.ts";
import { UserError } from "../../model/user-error.ts";
import { classLabels } from "./joins.ts";
import { isOfWorkload } from "./policy-rules.ts";
import { windowOf, type WindowedAlert } from "./windows.ts";

/** Refuses a policy that names what is not there. `named` are workloads of the config, `path` is where it stands. */
export function requireKnown(
  policy: Policy,
  profiles: readonly Profile[],
  named: readonly string[],
  path: string,
): void {
  const known = [...new Set([...profiles.map(({ workload }) => workload), ...named])];
  const unknown = Object.keys(policy.workloads).find((workload) => !known.includes(workload));
  if (unknown !== undefined) {
    const suggestion = closest(unknown, known) ?? "";
    throw new UserError("unknown-workload", { path, workload: unknown, suggestion });
  }
  const wanted = [...classLabels(policy)].sort().join(", ");
  for (const { workload, labels } of profiles) {
    const found = Object.keys(labels ?? {})
      .sort()
      .join(", ");
    if (labels === undefined || found === wanted) continue;
    const joined = wanted === "" ? "workload and resource alone" : wanted;
    throw new UserError("profile-labels", { workload, found: found || "none", wanted: joined });
  }
}

/** Refuses what no rule could do: a workload's word on a host's alert, and gaps that nothing fills. */
export function requirePossible(policy: Policy, rules: readonly AlertRule[]): void {
  for (const [workload, { alerts }] of Object.entries(policy.workloads)) {
    const foreign = rules.find((rule) => rule.alert in alerts && !isOfWorkload(rule));
    if (foreign === undefined) continue;
    const about = "instance" in foreign.fragments ? "a host" : "the monitoring itself";
    throw new UserError("not-of-a-workload", { alert: foreign.alert, workload, about });
  }
  for (const rule of rules) {
    const gaps = Object.keys(rule.fragments);
    for (const [annotation, text] of Object.entries(policy.alerts[rule.alert]?.annotations ?? {})) {
      const detail = unfillable(text, gaps);
      if (detail === undefined) continue;
      const facts = { annotation, alert: rule.alert, detail };
      throw new UserError("unknown-gap", { ...facts, gaps: gaps.join(", ") || "none" });
    }
  }
}

function unfillable(text: string, gaps: readonly string[]): string | undefined {
  const named = [...text.matchAll(/\{\{(.*?)\}\}/g)].map(([, name = ""]) => name);
  const unknown = named.find((name) => !gaps.includes(name));
  if (unknown !== undefined) {
    const near = closest(unknown, gaps);
    return `it has no gap {{${unknown}}}${near === undefined ? "" : `, did you mean {{${near}}}?`}`;
  }
  const rest = text.replaceAll(/\{\{.*?\}\}/g, "");
  return rest.includes("{{") || rest.includes("}}") ? "a brace is left over" : undefined;
}

/** Whether the claims about an alert's logic, which are of its own thresholds and times, hold for it as it is made. */
export function isAsBuilt(policy: Policy, alert: string): boolean {
  const { forSeconds, keepFiringForSeconds } = policy.alerts[alert] ?? {};
  if (forSeconds !== undefined || keepFiringForSeconds !== undefined) return false;
  if (alert in alertWindows) {
    const name = alert as WindowedAlert;
    if (windowOf(policy, name).seconds !== alertWindows[name].seconds) return false;
  }
  switch (alert) {
    case "MlxHeadroomLow":
      return JSON.stringify(shares(policy)) === JSON.stringify(shares(defaultPolicy));
    case "MlxBaselineStale":
      return policy.reviewEverySeconds === defaultPolicy.reviewEverySeconds;
    default:
      return true;
  }
}

function shares({ thresholds }: Policy): unknown {
  return Object.entries(thresholds)
    .map(([resource, { warning, critical }]) => [resource, warning, critical])
    .filter(([, warning, critical]) => warning !== undefined || critical !== undefined)
    .sort();
}
